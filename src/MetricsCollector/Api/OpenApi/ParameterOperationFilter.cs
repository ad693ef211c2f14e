using System.Globalization;
using System.Text.Json.Nodes;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MetricsCollector.Api.OpenApi;

/// <summary>Tells Swagger of the parameters and examples that endpoints declare; their handlers read both from the bare request.</summary>
internal sealed class ParameterOperationFilter : IOperationFilter
{
    /// <inheritdoc />
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in metadata.OfType<DeclaredParameter>())
        {
            operation.Parameters ??= [];
            var described = operation.Parameters.FirstOrDefault(other => other.Name == parameter.Name);
            if (described is not null)
            {
                operation.Parameters.Remove(described);
            }

            operation.Parameters.Add(ToOpenApi(parameter));
        }

        foreach (var example in metadata.OfType<ResponseExample>())
        {
            var status = example.Status.ToString(CultureInfo.InvariantCulture);
            foreach (var (mediaType, content) in MediaTypes(operation.Responses?.GetValueOrDefault(status)?.Content))
            {
                content.Example = example.For(mediaType) ?? content.Example;
            }
        }

        // Rows are text, whatever each of them holds.
        foreach (var example in metadata.OfType<RowsExample>())
        {
            var contents = MediaTypes(operation.Responses?.GetValueOrDefault("200")?.Content).ToDictionary();
            foreach (var format in RowFormats.All)
            {
                var content = contents[format.MediaTypes[0]];
                content.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
                content.Example = example.In(format);
            }
        }

        foreach (var example in metadata.OfType<RequestExample>())
        {
            foreach (var (_, content) in MediaTypes(operation.RequestBody?.Content))
            {
                content.Example = JsonNode.Parse(example.Json);
            }
        }
    }

    // A reference to a media type elsewhere in the document cannot be changed here, and nothing makes one.
    private static IEnumerable<(string Name, OpenApiMediaType Content)> MediaTypes(
        IEnumerable<KeyValuePair<string, IOpenApiMediaType>>? contents) =>
        from content in contents ?? []
        where content.Value is OpenApiMediaType
        select (content.Key, (OpenApiMediaType)content.Value);

    private static OpenApiParameter ToOpenApi(DeclaredParameter parameter)
    {
        var schema = SchemaOf(parameter);
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = parameter.InPath ? ParameterLocation.Path : parameter.InHeader ? ParameterLocation.Header : ParameterLocation.Query,
            Required = parameter.Required || parameter.InPath,
            Description = parameter.Description,
            Schema = parameter.Repeatable ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
            Style = parameter.InPath || parameter.InHeader ? ParameterStyle.Simple : ParameterStyle.Form,
            Explode = parameter.Repeatable,
            Example = parameter.Example is not { } example ? null
                : parameter.Repeatable ? new JsonArray(ValueOf(parameter, example))
                : ValueOf(parameter, example),
        };
    }

    private static OpenApiSchema SchemaOf(DeclaredParameter parameter)
    {
        var number = parameter.Kind == ParameterKind.Integer;
        return new OpenApiSchema
        {
            Type = number ? JsonSchemaType.Integer : JsonSchemaType.String,
            Format = number ? "int32" : null,
            Minimum = number ? parameter.Minimum.ToString(CultureInfo.InvariantCulture) : null,
            Maximum = number ? parameter.Maximum.ToString(CultureInfo.InvariantCulture) : null,
            Pattern = parameter.Kind == ParameterKind.Label ? "^[^:=]+[:=].*$" : null,
            Enum = parameter.Choices.Count == 0 ? null : [.. parameter.Choices.Select(choice => (JsonNode)choice)],
            Default = parameter.Default is { } value ? ValueOf(parameter, value) : null,
        };
    }

    private static JsonValue ValueOf(DeclaredParameter parameter, string text) =>
        parameter.Kind == ParameterKind.Integer ? JsonValue.Create(int.Parse(text, CultureInfo.InvariantCulture)) : JsonValue.Create(text);
}
