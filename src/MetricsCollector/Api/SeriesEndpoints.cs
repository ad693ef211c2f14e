using MetricsCollector.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api;

/// <summary>Which series exist.</summary>
internal static class SeriesEndpoints
{
    private static readonly DeclaredParameter[] Declared =
        [CommonParameters.Target, CommonParameters.Metric, CommonParameters.Label, CommonParameters.Limit, CommonParameters.Cursor];

    /// <summary>Maps GET /series below the group.</summary>
    public static RouteHandlerBuilder MapSeries(this IEndpointRouteBuilder api) => api.MapGet("/series", ListAsync)
        .WithName("ListSeries")
        .WithTags("Series")
        .WithSummary("Which series exist.")
        .WithDescription("A series is one row over time: a target, a metric and the values of its labels. Give `target`, `metric` or `label` to choose among them.")
        .WithParameters(Declared)
        .ProducesStoreProblems()
        .WithExample("""
            {
              "items": [
                {
                  "target": "orders",
                  "metric": "database",
                  "labels": { "datname": "app" },
                  "attributes": {},
                  "firstSeen": "2026-01-30T08:00:00Z",
                  "lastSeen": "2026-01-31T12:00:00Z"
                }
              ],
              "nextCursor": null
            }
            """);

    private static async Task<Results<Ok<Page<SeriesResponse>>, ProblemHttpResult>> ListAsync(
        HttpRequest request, ISnapshotReader reader, KnownNames names, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(request.Query, Declared);
        var filter = parameters.Filter(names.Current());
        var limit = parameters.Int(CommonParameters.Limit);
        var after = parameters.Cursor(Cursor.ToSeries);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var series = await reader.FindSeriesAsync(filter, after ?? 0, limit + 1, cancellationToken);
        return TypedResults.Ok(series.ToPage(limit, SeriesResponse.From, last => Cursor.Of(last.Id)));
    }
}
