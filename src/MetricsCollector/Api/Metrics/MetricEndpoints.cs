using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Metrics;

/// <summary>The catalog: <c>/api/v1/metrics</c>.</summary>
internal static class MetricEndpoints
{
    private static readonly DeclaredParameter Name =
        CommonParameters.Metric with { InPath = true, Required = true, Description = "Name of a metric.", Example = "database" };

    /// <summary>Maps GET /metrics and GET /metrics/{metric} below the group.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder api)
    {
        api.MapGet("/metrics", List)
            .WithName("ListMetrics")
            .WithTags("Metrics")
            .WithSummary("The catalog.")
            .WithDescription(
                "Every metric with its fields, their kinds, units and meaning, the PostgreSQL versions it is for, how often it is read "
                    + "and where from.")
            .ProducesRefusal()
            .WithExample($$"""{ "items": [{{Examples.Metric}}], "nextCursor": null }""");

        api.MapGet("/metrics/{metric}", Get)
            .WithName("GetMetric")
            .WithTags("Metrics")
            .WithSummary("One metric of the catalog.")
            .WithDescription(
                "The fields of a metric with their kinds, units and meaning, the PostgreSQL versions it is for, how often it is read and "
                    + "where from.")
            .WithParameters(Name)
            .ProducesParameterProblems()
            .WithExample(Examples.Metric);
    }

    private static Results<Ok<Page<MetricResponse>>, ProblemHttpResult> List(HttpRequest request, CatalogSource catalog) =>
        new Parameters(request.Query).Problem() is { } problem
            ? problem
            : TypedResults.Ok(new Page<MetricResponse>([.. catalog.Current.Metrics.Select(MetricResponse.From)], null));

    private static Results<Ok<MetricResponse>, ProblemHttpResult> Get(string metric, HttpRequest request, CatalogSource catalog)
    {
        if (new Parameters(request.Query, Name).Problem() is { } problem)
        {
            return problem;
        }

        return catalog.Current.Find(metric) is { } found
            ? TypedResults.Ok(MetricResponse.From(found))
            : Unknown.Problem("metric", metric, catalog.Current.Metrics.Select(known => known.Name));
    }
}
