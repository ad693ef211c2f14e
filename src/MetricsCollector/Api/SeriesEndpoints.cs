using MetricsCollector.Query;
using MetricsCollector.Snapshots;
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

        var globs = parameters.Globs();
        var (found, next) = await FindAsync(reader, filter, globs, after ?? 0, limit, cancellationToken);
        return TypedResults.Ok(new Page<SeriesResponse>([.. found.Select(SeriesResponse.From)], next is { } id ? Cursor.Of(id) : null));
    }

    private static async Task<(List<StoredSeries> Found, int? Next)> FindAsync(
        ISnapshotReader reader, SeriesFilter filter, LabelGlobs globs, int after, int limit, CancellationToken cancellationToken)
    {
        var found = new List<StoredSeries>();
        while (true)
        {
            var read = await reader.FindSeriesAsync(filter, after, limit + 1, cancellationToken);
            foreach (var series in read.Where(series => globs.Matches(series.Key.Labels)))
            {
                if (found.Count == limit)
                {
                    return (found, found[^1].Id);
                }

                found.Add(series);
            }

            if (read.Count <= limit)
            {
                return (found, null);
            }

            after = read[^1].Id;
        }
    }
}
