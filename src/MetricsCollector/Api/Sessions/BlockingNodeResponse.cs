using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Query.Blocking;

namespace MetricsCollector.Api.Sessions;

/// <summary>A session in the tree of who waits for whom.</summary>
/// <param name="Depth">0 for one that does not wait; else one more than its parent.</param>
/// <param name="Pid">Its process; 0 for a prepared transaction.</param>
/// <param name="PreparedTransaction">The global identifier of a prepared transaction; null for a session.</param>
/// <param name="Parent">The process under which it stands: of those it waits for, the one that waits deepest itself; null at the
/// top.</param>
/// <param name="WaitsFor">All processes that it waits for.</param>
/// <param name="Blocks">How many sessions wait for it, directly or behind others.</param>
/// <param name="InCycle">Whether it waits for itself behind others: a deadlock, which PostgreSQL ends after deadlock_timeout.</param>
/// <param name="Database">Database of a session that waits.</param>
/// <param name="Role">Role.</param>
/// <param name="Application">The name it gives itself.</param>
/// <param name="State">Its state; prepared for a prepared transaction.</param>
/// <param name="WaitSeconds">Time since it began to wait.</param>
/// <param name="WaitsSince">When it began to wait, by the server's clock.</param>
/// <param name="LockType">Kind of the object that it waits for.</param>
/// <param name="Mode">Mode of the lock that it waits for.</param>
/// <param name="Relation">Table or index; its object id where the name could not be read.</param>
/// <param name="TransactionSeconds">Time since it began its transaction.</param>
/// <param name="StateSeconds">Time since it has been in its state; known of those that others wait for.</param>
/// <param name="QueryId">Identifier of the statement; null where the server computes none, and before the statement is analysed.</param>
/// <param name="Query">Beginning of the statement that it runs or ran last.</param>
internal sealed record BlockingNodeResponse(
    int Depth,
    int Pid,
    string? PreparedTransaction,
    int? Parent,
    IReadOnlyList<int> WaitsFor,
    int Blocks,
    bool InCycle,
    string? Database,
    string? Role,
    string? Application,
    string? State,
    double? WaitSeconds,
    DateTimeOffset? WaitsSince,
    string? LockType,
    string? Mode,
    string? Relation,
    double? TransactionSeconds,
    double? StateSeconds,
    string? QueryId,
    string? Query)
{
    /// <summary>The columns of formats that have some.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "depth", "pid", "preparedTransaction", "parent", "waitsFor", "blocks", "inCycle", "database", "role", "application", "state",
        "waitSeconds", "waitsSince", "lockType", "mode", "relation", "transactionSeconds", "stateSeconds", "queryId", "query",
    ];

    /// <summary>Shows a node.</summary>
    public static BlockingNodeResponse From(BlockingNode node)
    {
        var wait = node.Waits is [var first, ..] ? first : null;
        return new(
            node.Depth,
            node.Session.Pid,
            node.Session.Gid is { Length: > 0 } gid ? gid : null,
            node.Parent?.Pid,
            [.. node.Waits.Select(one => one.Blocker.Pid).Distinct().Order()],
            node.Blocks,
            node.InCycle,
            wait?.Database,
            node.Details.Role,
            node.Details.Application,
            node.Details.State,
            Seconds(wait?.Wait),
            wait?.Since,
            wait?.LockType,
            wait?.Mode,
            wait?.Relation,
            Seconds(node.Details.TransactionAge),
            Seconds(node.Details.StateAge),
            node.Details.QueryId,
            node.Details.Query);
    }

    /// <summary>The cells under <see cref="Columns"/>.</summary>
    public Cell[] ToRow() =>
    [
        (double?)Depth, (double?)Pid, PreparedTransaction, (double?)Parent, string.Join(' ', WaitsFor), (double?)Blocks,
        InCycle ? "true" : "false", Database, Role, Application, State, WaitSeconds, WaitsSince is { } since ? since : default(Cell),
        LockType, Mode, Relation, TransactionSeconds, StateSeconds, QueryId, Query,
    ];

    private static double? Seconds(double? age) => age is { } value ? Math.Round(value, 3) : null;
}
