using MetricsCollector.Api.Conditions;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Query;
using MetricsCollector.Query.Resets;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Api.Overview;

/// <summary>All watched servers at a glance: <c>GET /api/v1/fleet</c>.</summary>
internal static class FleetEndpoints
{
    private static readonly TimeSpan LoadOver = TimeSpan.FromMinutes(5);

    private static readonly string[] Columns =
    [
        "target", "status", "role", "version", "load", "blocked", "connections", "maxConnections", "lagSeconds", "sizeBytes", "conditions",
        "collectedAt",
    ];

    /// <summary>Maps GET /fleet below the group.</summary>
    public static RouteHandlerBuilder MapFleet(this IEndpointRouteBuilder api) => api.MapGet("/fleet", GetAsync)
        .WithName("GetFleet")
        .WithTags("Targets")
        .WithSummary("All watched servers at a glance, those that hurt first.")
        .WithDescription("""
            One item for each target: whether it answers, its role, average active sessions of the last five minutes (`load`), sessions that
            wait for a lock, connections, lag, size, and what needs attention. Servers that are down come first, then those with conditions,
            blocked sessions, few connections left, and much load.
            """)
        .WithParameters(RowFormats.Parameter)
        .ProducesFormats<Page<FleetRowResponse>>(new RowsExample(
            """
            {
              "items": [
                {
                  "target": "orders",
                  "labels": { "env": "prod" },
                  "status": "up",
                  "reason": null,
                  "since": "2026-01-30T08:00:00Z",
                  "role": "primary",
                  "version": "18.4",
                  "load": 2.37,
                  "blocked": 0,
                  "connections": 41,
                  "maxConnections": 100,
                  "lagSeconds": 0.2,
                  "sizeBytes": 73014444032,
                  "collectedAt": "2026-01-31T12:00:00Z",
                  "conditions": []
                }
              ],
              "nextCursor": null
            }
            """,
            Columns,
            ["orders", "up", "primary", "18.4", 2.37, 0, 41, 100, 0.2, 73014444032, (string?)null, "2026-01-31T12:00:00Z"]))
        .ProducesRefusal();

    private static async Task<IResult> GetAsync(
        HttpRequest request, TargetCollectors collectors, LatestSnapshots latest, DatabaseConditions conditions, FailingMetrics failing,
        ISnapshotReader reader, ServerHistory history, TimeProvider clock, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(request.Query, RowFormats.Parameter);
        var format = RowFormats.Of(parameters, request);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var now = clock.GetUtcNow();
        var (load, note) = await LoadAsync(reader, history, now, cancellationToken);
        var found = conditions.Read().Concat(failing.Read()).ToLookup(condition => condition.Target, StringComparer.Ordinal);
        FleetRowResponse[] rows =
        [
            .. collectors.All.Select(collector => collector.Target.Name is var name
                    ? FleetRowResponse.Of(
                        collector,
                        metric => latest.Find(name, metric),
                        load.TryGetValue(name, out var average) ? average : null,
                        [.. found[name]])
                    : null)
                .OfType<FleetRowResponse>()
                .OrderByDescending(row => row.Hurt())
                .ThenBy(row => row.Target, StringComparer.Ordinal),
        ];
        return format is null ? TypedResults.Ok(new Page<FleetRowResponse>(rows, null) { Notes = note }) : Rows(rows).In(format);
    }

    // All else is in memory, and a fleet page that is away with the store helps nobody.
    private static async Task<(IReadOnlyDictionary<string, double> Load, IReadOnlyList<string>? Note)> LoadAsync(
        ISnapshotReader reader, ServerHistory history, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return (await AverageLoad.ReadAsync(reader, history, now - LoadOver, now, cancellationToken), null);
        }
        catch (StoreUnavailableException exception)
        {
            return (new Dictionary<string, double>(), [$"load is not known: {exception.Message}"]);
        }
    }

    private static RowSet<FleetRowResponse> Rows(IReadOnlyList<FleetRowResponse> rows) => new(
        rows.ToAsyncEnumerable(),
        Columns,
        row =>
        [
            [
                row.Target, row.Status.ToString().ToLowerInvariant(), row.Role, row.Version, row.Load, row.Blocked, row.Connections,
                row.MaxConnections, row.LagSeconds, row.SizeBytes,
                row.Conditions.Count == 0 ? null : string.Join("; ", row.Conditions.Select(condition => condition.Message)),
                row.CollectedAt is { } at ? at : (string?)null,
            ],
        ]);
}
