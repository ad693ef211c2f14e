using MetricsCollector.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api;

/// <summary>Stored snapshots of a range.</summary>
internal static class SnapshotRangeEndpoints
{
    private static readonly DeclaredParameter Order = DeclaredParameter.ChoiceOf<SortOrder>("order", "Oldest first (`asc`) or newest first (`desc`).") with { Default = "asc" };

    private static readonly DeclaredParameter[] Declared =
    [
        CommonParameters.Target,
        CommonParameters.Metric,
        CommonParameters.From,
        CommonParameters.To,
        CommonParameters.Label,
        Order,
        CommonParameters.Limit,
        CommonParameters.Cursor,
    ];

    /// <summary>Maps GET /snapshots below the group.</summary>
    public static RouteHandlerBuilder MapSnapshotRange(this IEndpointRouteBuilder api) => api.MapGet("/snapshots", ListAsync)
        .WithName("ListSnapshots")
        .WithTags("Snapshots")
        .WithSummary("Stored snapshots of a range of time.")
        .WithDescription("""
            Snapshots exactly as they were read, whole, in order of time. A snapshot that was skipped or failed is there too, with the reason and
            without rows. With `label`, rows that do not match are left out, and with them snapshots that have no row left. Values that JSON lacks
            (NaN and the infinities) are null.
            """)
        .WithParameters(Declared)
        .ProducesStoreProblems()
        .WithExample("""
            {
              "items": [
                {
                  "target": "orders",
                  "metric": "database",
                  "collectedAt": "2026-01-31T12:00:00Z",
                  "ageSeconds": 12.5,
                  "durationMs": 1.4,
                  "outcome": "ok",
                  "reason": null,
                  "sqlState": null,
                  "rowsLeftOut": 0,
                  "rows": [{ "labels": { "datname": "app" }, "values": { "numbackends": 3, "xact_commit": 184220, "checksum_failures": null } }]
                }
              ],
              "nextCursor": null
            }
            """);

    private static async Task<Results<Ok<Page<SnapshotResponse>>, ProblemHttpResult>> ListAsync(
        HttpRequest request, ISnapshotReader reader, KnownNames names, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var parameters = new Parameters(request.Query, Declared);
        var filter = parameters.Filter(names.Current());
        var (from, to) = parameters.Range(now);
        var descending = parameters.Choice<SortOrder>(Order) == SortOrder.Desc;
        var limit = parameters.Int(CommonParameters.Limit);
        var after = parameters.Cursor(Cursor.ToSnapshot);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var snapshots = await reader.ReadSnapshotsAsync(new SnapshotRange(filter, from, to, descending, limit + 1, after), cancellationToken);
        return TypedResults.Ok(snapshots.ToPage(
            limit,
            snapshot => SnapshotResponse.From(snapshot, now),
            last => Cursor.Of(new SnapshotPosition(last.CollectedAt, last.Target, last.Metric))));
    }
}
