using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Snapshots;

/// <summary>Stored snapshots of a range.</summary>
internal static class SnapshotRangeEndpoints
{
    /// <summary>Maps GET /snapshots below the group.</summary>
    public static RouteHandlerBuilder MapSnapshotRange(this IEndpointRouteBuilder api) => api.MapGet("/snapshots", ListAsync)
        .WithName("ListSnapshots")
        .WithTags("Snapshots")
        .WithSummary("Stored snapshots of a range of time.")
        .WithDescription("""
            Snapshots exactly as they were read, whole, in order of time. A snapshot that was skipped or failed is there too, with the
            reason and without rows. With `label`, rows that do not match are left out, and with them snapshots that have no row left.
            Values that JSON lacks (NaN and the infinities) are null.

            Pages stay right while new data arrives: going forward, an answer ends before the first snapshot that an unfinished collection
            may still come before, so that nothing is missed and nothing comes twice. With `after`, follow what comes. Formats other than
            `json` give the whole range at once, or with `limit` one page and its cursor in the header `X-Next-Cursor`.
            """)
        .WithParameters(SnapshotRangeParameters.Declared)
        .ProducesFormats<Page<SnapshotResponse>>(Examples.Snapshots)
        .ProducesStoreProblems();

    private static async Task<IResult> ListAsync(
        HttpRequest request, ISnapshotReader reader, CatalogIndex names, TargetCollectors collectors,
        CollectionBroadcaster feed, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var parameters = new Parameters(request.Query, SnapshotRangeParameters.Declared);
        var known = await names.WithHistoryAsync(request.Query, reader, cancellationToken);
        var format = RowFormats.Of(parameters, request);
        var input = SnapshotRangeParameters.Read(parameters, known, now);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var range = input.Range;
        var metric = range.Filter.Metric is { } name ? known.Metrics[name] : null;
        if (format is not null && input.Unbounded && !input.Tail)
        {
            var all = new SnapshotPages(reader, range, input.Globs).AllAsync(cancellationToken);
            var started = await PrefetchedStream.StartAsync(all, request.HttpContext.Response, cancellationToken);
            return SnapshotRows.Of(started, metric, input.Fields, now).In(format);
        }

        // Before the store is read: what ends in between must not look settled.
        var meant = collectors.All.Where(collector => range.Filter.Target is null || range.Filter.Target == collector.Target.Name);
        var settled = feed.SettledUntil(meant, now);
        var (items, next) = await new SnapshotPages(reader, range, input.Globs).PageAsync(range.Limit, cancellationToken);
        if (!range.Descending && (input.Tail || next is not null))
        {
            (items, next) = UpTo(settled, items, next, range.After);
        }

        var cursor = next is null ? null : Cursor.Of(next);
        if (format is not null)
        {
            return (SnapshotRows.Of(items.ToAsyncEnumerable(), metric, input.Fields, now) with { NextCursor = cursor }).In(format);
        }

        return TypedResults.Ok(new Page<SnapshotResponse>(
            [.. items.Select(snapshot => SnapshotResponse.From(snapshot, now, input.Fields))], cursor)
        {
            Notes = PresetNotes.Of(range.Filter, collectors, [.. items.Select(snapshot => snapshot.Target)]),
        });
    }

    private static (List<Snapshot> Items, SnapshotPosition? Next) UpTo(
        DateTimeOffset settled, List<Snapshot> items, SnapshotPosition? next, SnapshotPosition? before)
    {
        var kept = items.TakeWhile(snapshot => snapshot.CollectedAt <= settled).ToList();
        if (kept.Count == items.Count && next is not null && next.CollectedAt <= settled)
        {
            return (items, next);
        }

        return (kept, kept.Count > 0 ? SnapshotPages.PositionOf(kept[^1]) : before);
    }
}
