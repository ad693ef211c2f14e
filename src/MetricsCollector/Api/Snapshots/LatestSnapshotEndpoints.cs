using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.CollectNow;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Security;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Api.Snapshots;

/// <summary>The newest snapshots, from memory: <c>/api/v1/snapshots/latest</c>.</summary>
internal static class LatestSnapshotEndpoints
{
    private static readonly DeclaredParameter MaxAge = new(
        "maxAge", ParameterKind.Duration, $"The greatest age that is good enough: {Duration.Forms}. What is older is collected first, "
            + "once for all who ask at the same time. Takes what there is when left out.");

    private static readonly DeclaredParameter[] Declared =
        [CommonParameters.Target, CommonParameters.Metric, CommonParameters.Label, CommonParameters.Fields, MaxAge, RowFormats.Parameter];

    /// <summary>Maps GET /snapshots/latest below the group.</summary>
    public static void MapLatestSnapshots(this IEndpointRouteBuilder api) =>
        api.MapGet("/snapshots/latest", GetAsync)
            .WithName("ListLatestSnapshots")
            .WithTags("Snapshots")
            .WithSummary("The newest snapshots.")
            .WithDescription(
                "The newest snapshot of every metric and target, with its outcome. With labels, only the rows that have them. `ETag` and "
                    + "`Last-Modified` tell whether anything is newer: ask with `If-None-Match` and get 304 when nothing is.")
            .WithMetadata(new NeedsScope(Scope.Collect, MaxAge.Name))
            .WithParameters(Declared)
            .ProducesFormats<Page<SnapshotResponse>>(Examples.Snapshots)
            .Produces(StatusCodes.Status304NotModified)
            .ProducesParameterProblems()
            .WithProblem(StatusCodes.Status429TooManyRequests, CollectRateLimit.Title, CollectRateLimit.Example);

    private static async Task<IResult> GetAsync(
        HttpContext context, LatestSnapshots latest, RenderedSnapshots rendered, TargetCollectors collectors, MetricCatalog catalog,
        CollectRateLimit limit, CatalogIndex known, TimeProvider time, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(context.Request.Query, Declared);
        var names = known.Current();
        var filter = parameters.Filter(names);
        var globs = parameters.Globs();
        var metric = filter.Metric is null ? null : names.Metrics[filter.Metric];
        var fields = parameters.Projection(metric);
        var maxAge = parameters.Duration(MaxAge);
        var format = RowFormats.Of(parameters, context.Request);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        if (maxAge is { } age)
        {
            var old = StaleMetrics.Find(collectors, latest, filter, time.GetUtcNow() - age);
            if (old.Count > 0 && limit.Take(context.Response) is { } tooMany)
            {
                return tooMany;
            }

            await Task.WhenAll(old.Select(one => one.Collector.CollectNowAsync(one.Metrics, store: true, cancellationToken)));
        }

        Snapshot[] snapshots = [.. latest.Find(filter).Select(globs.Narrow).OfType<Snapshot>()];
        if (Freshness.IsUnchanged(context, snapshots, format))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var now = time.GetUtcNow();
        if (format is not null)
        {
            return SnapshotRows.Of(snapshots.ToAsyncEnumerable(), metric, fields, now).In(format);
        }

        return new RenderedPage(
            [.. snapshots.Select(snapshot => rendered.Of(snapshot, fields))],
            now,
            MissingTextNotes.Add(
                PresetNotes.Of(filter, collectors, [.. snapshots.Select(snapshot => snapshot.Target)]),
                filter.Metric,
                catalog,
                collectors,
                snapshots.SelectMany(snapshot => snapshot.Rows, (snapshot, row) => (snapshot.Target, row.Attributes))));
    }
}
