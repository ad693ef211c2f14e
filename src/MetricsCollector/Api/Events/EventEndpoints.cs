using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Query.Events;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Events;

/// <summary>What happened: <c>GET /api/v1/events</c>.</summary>
internal static class EventEndpoints
{
    private static readonly string[] Columns = ["at", "target", "kind", "after", "subject", "old", "new", "message"];

    // Those that every preset has are not there.
    private static readonly (EventKind Kind, string Metric)[] Needed =
    [
        (EventKind.SettingChanged, "settings"), (EventKind.SettingChanged, "setting_texts"), (EventKind.ExtensionChanged, "extensions"),
        (EventKind.CollectorStarted, "load_sampling"),
    ];

    /// <summary>Maps GET /events below the group.</summary>
    public static RouteHandlerBuilder MapEvents(this IEndpointRouteBuilder api) => api.MapGet("/events", ListAsync)
        .WithName("ListEvents")
        .WithTags("Query")
        .WithSummary("What happened to the watched servers and to collecting.")
        .WithDescription("""
            One item for each event, found in what is stored: a server that went down, came up, was restarted, crashed, failed over, was
            promoted or demoted; a setting or an extension that changed; statistics that were reset; a metric that was lost or is back; a
            time in which nothing was collected; a collector that started. Each happened between two collections: `after` is the last that
            does not know of it, `at` the first that does. `subject`, `old` and `new` say what changed. Secrets in settings are `***`.

            The first collection of a target tells of nothing, and a metric that is not made for a server is not lost. Formats other than
            `json` give the whole range at once, or with `limit` one page and its cursor in the header `X-Next-Cursor`.
            """)
        .WithParameters(EventParameters.Declared)
        .ProducesFormats<Page<EventResponse>>(new RowsExample(
            """
            {
              "items": [
                {
                  "at": "2026-01-31T12:00:00Z",
                  "target": "orders",
                  "kind": "settingChanged",
                  "after": "2026-01-31T11:50:00Z",
                  "subject": "work_mem",
                  "old": "4MB",
                  "new": "64MB",
                  "message": "The setting work_mem was changed from '4MB' to '64MB'."
                }
              ],
              "nextCursor": null
            }
            """,
            Columns,
            [
                "2026-01-31T12:00:00Z", "orders", "settingChanged", "2026-01-31T11:50:00Z", "work_mem", "4MB", "64MB",
                "The setting work_mem was changed from '4MB' to '64MB'.",
            ]))
        .ProducesStoreProblems();

    private static async Task<IResult> ListAsync(
        HttpRequest request, ISnapshotReader reader, ServerHistory history, CatalogIndex names, TargetCollectors collectors,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(request.Query, EventParameters.Declared);
        var known = await names.WithHistoryAsync(request.Query, reader, cancellationToken);
        var format = RowFormats.Of(parameters, request);
        var (query, limit, isLimited) = EventParameters.Read(parameters, known, clock.GetUtcNow());
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var interval = known.Metrics.TryGetValue(EventReadings.Up, out var up) ? up.Interval.Value : TimeSpan.FromSeconds(15);
        var events = await query.AnswerAsync(reader, history, interval, cancellationToken);
        var page = events.ToPage(
            format is not null && !isLimited ? int.MaxValue : limit, EventResponse.Of, last => Cursor.Of(last.Position));
        return format is not null
            ? (Rows(page.Items) with { NextCursor = page.NextCursor }).In(format)
            : TypedResults.Ok(page with { Notes = Notes(query, collectors) });
    }

    private static RowSet<EventResponse> Rows(IReadOnlyList<EventResponse> items) => new(
        items.ToAsyncEnumerable(),
        Columns,
        item => [[
            item.At, item.Target, EventParameters.NameOf(item.Kind), item.After, item.Subject, item.Old, item.New, item.Message]]);

    private static List<string>? Notes(EventQuery query, TargetCollectors collectors)
    {
        var notes = Needed
            .Where(needed => query.Kinds.Count == 0 || query.Kinds.Contains(needed.Kind))
            .SelectMany(needed => PresetNotes.Of(new SeriesFilter(query.Target, needed.Metric), collectors, []) ?? [])
            .ToList();
        return notes.Count == 0 ? null : notes;
    }
}
