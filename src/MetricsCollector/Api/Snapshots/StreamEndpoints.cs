using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Query;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api.Snapshots;

/// <summary>Snapshots as they come: <c>GET /api/v1/stream</c>.</summary>
internal static class StreamEndpoints
{
    // A reader this many snapshots behind is not reading; it may come back and resume from the store.
    private const int MostBehind = 1000;

    private const int Portion = 200;

    // Older snapshots do not come a second time from a collection that is still on its way.
    private static readonly TimeSpan LongestCollection = TimeSpan.FromMinutes(10);

    private static readonly DeclaredParameter[] Declared = [CommonParameters.Target, CommonParameters.Metric, CommonParameters.Label];

    private static readonly DeclaredParameter LastEventId = new(
        "Last-Event-ID", ParameterKind.Text,
        "Id of the last event that was received: what was missed since then comes first. Browsers send it themselves.")
    {
        InHeader = true,
    };

    /// <summary>Maps GET /stream below the group.</summary>
    public static void MapStream(this IEndpointRouteBuilder api) => api.MapGet("/stream", Open)
        .WithName("Stream")
        .WithTags("Stream")
        .WithSummary("Snapshots as they come.")
        .WithDescription("""
            Server-sent events, one per snapshot: the event is `snapshot`, the data what `/api/v1/snapshots` shows, the id its place. A
            client that comes back with `Last-Event-ID` (browsers do it themselves) first gets from the store what it missed. A client that
            reads too slowly is dropped, not waited for. Swagger UI shows an answer when it has ended, and this one never does: `curl -N`
            shows it as it comes.
            """)
        .WithMetadata(new DisableRequestTimeoutAttribute())
        .WithParameters([.. Declared, LastEventId])
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
        .ProducesParameterProblems()
        .WithTextExample(
            "text/event-stream",
            $"event: snapshot\ndata: {System.Text.Json.Nodes.JsonNode.Parse(Examples.Snapshot)!.ToJsonString()}\nid: "
                + "NjM5MDQ5NTIwMDAwMDAwMDAwCm9yZGVycwpkYXRhYmFzZQ\n\n");

    private static IResult Open(
        HttpContext context, CollectionBroadcaster feed, ISnapshotReader reader, CatalogIndex names, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var parameters = new Parameters(context.Request.Query, Declared);
        var filter = parameters.Filter(names.Current());
        var globs = parameters.Globs();
        var errors = new ParameterErrors();
        var after = context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } id, ..] ? Cursor.ToSnapshot(id) : null;
        if (after is null && context.Request.Headers.ContainsKey("Last-Event-ID"))
        {
            errors.Refuse("Last-Event-ID", "is not the id of an event of this stream; leave it out to begin now");
        }

        if ((parameters.Problem() ?? errors.Problem()) is { } problem)
        {
            return problem;
        }

        // Proxies would hold events back to fill a buffer.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Response.Headers[HeaderNames.CacheControl] = "no-cache";
        return TypedResults.ServerSentEvents(EventsAsync(context, feed, reader, filter, globs, after, time, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<SnapshotResponse>> EventsAsync(
        HttpContext context, CollectionBroadcaster feed, ISnapshotReader reader, SeriesFilter filter, LabelGlobs globs,
        SnapshotPosition? after, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var waiting = Channel.CreateBounded<Snapshot>(MostBehind);

        // Before the store is read, so that nothing falls between.
        using var listening = feed.Listen(collection => Offer(waiting, collection, filter, () => Drop(context)));
        var listeningSince = time.GetUtcNow();

        // Whoever opened the stream learns at once that it is open, not only with the first event. A flush alone sends nothing while
        // the middleware for compressed answers stands in between.
        await context.Response.StartAsync(cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
        var sent = new HashSet<SnapshotPosition>();
        if (after is not null)
        {
            var missed = new SnapshotRange(filter, after.CollectedAt, time.GetUtcNow(), Descending: false, Portion, after);
            await foreach (var snapshot in new SnapshotPages(reader, missed, globs).AllAsync(cancellationToken))
            {
                if (snapshot.CollectedAt > listeningSince - LongestCollection)
                {
                    sent.Add(SnapshotPages.PositionOf(snapshot));
                }

                yield return Event(snapshot, time);
            }
        }

        await foreach (var snapshot in waiting.Reader.ReadAllAsync(cancellationToken))
        {
            if (!sent.Remove(SnapshotPages.PositionOf(snapshot)) && globs.Narrow(snapshot) is { } narrowed)
            {
                yield return Event(narrowed, time);
            }
        }
    }

    private static void Offer(Channel<Snapshot> waiting, CollectionRun collection, SeriesFilter filter, Action drop)
    {
        if (filter.Target is not null && filter.Target != collection.Target)
        {
            return;
        }

        foreach (var snapshot in collection.Snapshots.Where(snapshot => filter.Metric is null || filter.Metric == snapshot.Metric))
        {
            var rows = filter.Labels is null or [] ? snapshot.Rows : [.. snapshot.Rows.Where(row => filter.MatchesLabels(row.Labels))];
            if ((filter.Labels is null or [] || rows.Count > 0) && !waiting.Writer.TryWrite(snapshot with { Rows = rows }))
            {
                waiting.Writer.TryComplete();
                drop();
                return;
            }
        }
    }

    private static void Drop(HttpContext context)
    {
        try
        {
            context.Abort();
        }
        catch (ObjectDisposedException)
        {
            // The client left at the same moment: there is nobody to drop.
        }
    }

    private static SseItem<SnapshotResponse> Event(Snapshot snapshot, TimeProvider time) =>
        new(SnapshotResponse.From(snapshot, time.GetUtcNow()), "snapshot") { EventId = Cursor.Of(SnapshotPages.PositionOf(snapshot)) };
}
