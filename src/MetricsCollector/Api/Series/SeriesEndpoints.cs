using System.Runtime.CompilerServices;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.Json;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Query;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Api.Series;

/// <summary>Which series exist.</summary>
internal static class SeriesEndpoints
{
    // The store sorts all of them for each portion.
    private const int Portion = 20_000;

    private static readonly string[] Columns = ["target", "metric", "labels", "attributes", "firstSeen", "lastSeen"];

    private static readonly DeclaredParameter Limit = CommonParameters.Limit with
    {
        Description = "How many series a page has at most. Formats other than `json` give all when it is left out.",
    };

    private static readonly DeclaredParameter[] Declared =
        [CommonParameters.Target, CommonParameters.Metric, CommonParameters.Label, Limit, CommonParameters.Cursor, RowFormats.Parameter];

    /// <summary>Maps GET /series below the group.</summary>
    public static RouteHandlerBuilder MapSeries(this IEndpointRouteBuilder api) => api.MapGet("/series", ListAsync)
        .WithName("ListSeries")
        .WithTags("Series")
        .WithSummary("Which series exist.")
        .WithDescription(
            "A series is one row over time: a target, a metric and the values of its labels. Give `target`, `metric` or `label` to choose "
                + "among them.")
        .WithParameters(Declared)
        .ProducesFormats<Page<SeriesResponse>>(new RowsExample(
            """
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
            """,
            Columns,
            ["orders", "database", """{"datname":"app"}""", "{}", "2026-01-30T08:00:00Z", "2026-01-31T12:00:00Z"]))
        .ProducesStoreProblems();

    private static async Task<IResult> ListAsync(
        HttpRequest request, ISnapshotReader reader, CatalogIndex names, LatestSnapshots latest,
        TargetCollectors collectors, MetricCatalog catalog, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(request.Query, Declared);
        var filter = parameters.Filter(await names.WithHistoryAsync(request.Query, reader, cancellationToken));
        var limit = parameters.Int(Limit);
        var after = parameters.Cursor(Cursor.ToSeries);
        var format = RowFormats.Of(parameters, request);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var globs = parameters.Globs();
        var lastSeen = new LastSeen(latest);
        if (format is not null && !parameters.IsGiven(Limit))
        {
            var all = AllAsync(reader, filter, globs, after ?? 0, cancellationToken).Select(lastSeen.Show);
            return Rows(await PrefetchedStream.StartAsync(all, request.HttpContext.Response, cancellationToken)).In(format);
        }

        var (found, next) = await FindAsync(reader, filter, globs, after ?? 0, limit, cancellationToken);
        var page = found.Select(lastSeen.Show);
        var cursor = next is { } id ? Cursor.Of(id) : null;
        if (format is not null)
        {
            return (Rows(page.ToAsyncEnumerable()) with { NextCursor = cursor }).In(format);
        }

        return TypedResults.Ok(new Page<SeriesResponse>([.. page], cursor)
        {
            Notes = MissingTextNotes.Add(
                PresetNotes.Of(filter, collectors, [.. found.Select(series => series.Key.Target)]),
                filter.Metric,
                catalog,
                collectors,
                found.Select(series => (series.Key.Target, Texts: series.Attributes))!),
        });
    }

    // Labels and attributes differ from metric to metric, so they are JSON.
    private static RowSet<SeriesResponse> Rows(IAsyncEnumerable<SeriesResponse> series) => new(
        series,
        Columns,
        one => [[one.Target, one.Metric, WireJson.Text(one.Labels), WireJson.Text(one.Attributes), one.FirstSeen, one.LastSeen]]);

    private static async IAsyncEnumerable<StoredSeries> AllAsync(
        ISnapshotReader reader, SeriesFilter filter, LabelGlobs globs, int after,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredSeries> read;
        do
        {
            read = await reader.FindSeriesAsync(filter, after, Portion, cancellationToken);
            foreach (var series in read.Where(series => globs.Matches(series.Key.Labels)))
            {
                yield return series;
            }

            after = read.Count == 0 ? after : read[^1].Id;
        }
        while (read.Count == Portion);
    }

    private static async Task<(List<StoredSeries> Found, int? Next)> FindAsync(
        ISnapshotReader reader, SeriesFilter filter, LabelGlobs globs, int after, int limit, CancellationToken cancellationToken)
    {
        // Of what is read few may match: small portions would ask the store again and again.
        var portion = globs.Any ? Math.Max(limit + 1, Portion) : limit + 1;
        var found = new List<StoredSeries>();
        while (true)
        {
            var read = await reader.FindSeriesAsync(filter, after, portion, cancellationToken);
            foreach (var series in read.Where(series => globs.Matches(series.Key.Labels)))
            {
                if (found.Count == limit)
                {
                    return (found, found[^1].Id);
                }

                found.Add(series);
            }

            if (read.Count < portion)
            {
                return (found, null);
            }

            after = read[^1].Id;
        }
    }
}
