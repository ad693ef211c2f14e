using MetricsCollector.Api.Json;
using MetricsCollector.Snapshots;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MetricsCollector.Api.OpenApi;

/// <summary>Tells Swagger of the forms that <see cref="WireJson"/> gives to types.</summary>
internal static class WireSchemas
{
    /// <summary>Adds the forms, and the parameters that endpoints declare.</summary>
    public static void AddWireSchemas(this SwaggerGenOptions swagger)
    {
        swagger.SupportNonNullableReferenceTypes();
        swagger.NonNullableReferenceTypesAsRequired();
        swagger.MapType<LabelSet>(() => new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
            Description = "Labels by name.",
        });
        swagger.MapType<FieldValues>(() => new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Number | JsonSchemaType.Null, Format = "double" },
            Description = "Values by name of field; null where PostgreSQL said NULL, lacks the column, or said NaN or infinity.",
        });
        swagger.MapType<Sample>(() => new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            MinItems = 2,
            MaxItems = 2,
            Items = new OpenApiSchema
            {
                OneOf =
                [
                    new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
                    new OpenApiSchema { Type = JsonSchemaType.Number | JsonSchemaType.Null, Format = "double" },
                ],
            },
            Description = "A point: its time and its value, or null.",
        });
        swagger.OperationFilter<ParameterOperationFilter>();
        swagger.DocumentFilter<ApiDocument>();
    }
}
