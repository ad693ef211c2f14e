using System.Globalization;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Collection.Sessions;
using MetricsCollector.Query.Blocking;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Sessions;

/// <summary>A session, as it is now.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Database">Database; null for processes that belong to none.</param>
/// <param name="Role">Role.</param>
/// <param name="Application">The name it gives itself.</param>
/// <param name="ClientAddress">Address of the client; null over a Unix socket.</param>
/// <param name="BackendType">Kind of process, such as client backend.</param>
/// <param name="State">What it does; null for background processes.</param>
/// <param name="WaitEventType">Kind of event it waits for; null when it does not wait.</param>
/// <param name="WaitEvent">Event it waits for.</param>
/// <param name="BackendSeconds">Time since it connected.</param>
/// <param name="TransactionSeconds">Time since it began its transaction; null when none is open.</param>
/// <param name="QuerySeconds">Time since it began its statement; of the last one when it is idle.</param>
/// <param name="StateSeconds">Time since it has been in its state.</param>
/// <param name="XidAge">Age of its transaction id, in transactions; null when it has none.</param>
/// <param name="XminAge">Age of its snapshot, in transactions: rows that were deleted since then cannot be removed.</param>
/// <param name="BlockedBy">Processes that it waits for; 0 is a prepared transaction.</param>
/// <param name="Blocks">How many sessions wait for it, directly or behind others.</param>
/// <param name="LeaderPid">The process that a parallel worker works for.</param>
/// <param name="QueryId">Identifier of the statement; null where the server computes none, and before the statement is analysed.</param>
/// <param name="Query">The statement it runs or ran last, at most 4,096 characters.</param>
internal sealed record SessionResponse(
    int Pid,
    string? Database,
    string? Role,
    string? Application,
    string? ClientAddress,
    string? BackendType,
    string? State,
    string? WaitEventType,
    string? WaitEvent,
    double? BackendSeconds,
    double? TransactionSeconds,
    double? QuerySeconds,
    double? StateSeconds,
    double? XidAge,
    double? XminAge,
    IReadOnlyList<int> BlockedBy,
    int Blocks,
    int? LeaderPid,
    string? QueryId,
    string? Query)
{
    /// <summary>The columns of formats that have some.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "pid", "database", "role", "application", "clientAddress", "backendType", "state", "waitEventType", "waitEvent", "backendSeconds",
        "transactionSeconds", "querySeconds", "stateSeconds", "xidAge", "xminAge", "blockedBy", "blocks", "leaderPid", "queryId", "query",
    ];

    /// <summary>The names by which sessions can be chosen.</summary>
    public static IReadOnlyList<string> Labels { get; } =
        ["pid", "database", "role", "application", "clientAddress", "backendType", "state", "waitEventType", "waitEvent", "queryId"];

    /// <summary>The sessions of a reading, with what the tree says of them.</summary>
    public static IReadOnlyList<SessionResponse> Of(ActivityReading reading)
    {
        var nodes = BlockingTree.Of(LockWaits.Of(reading.Waits))
            .Where(node => node.Session.Pid > 0)
            .ToDictionary(node => node.Session.Pid);
        return [.. Session.Of(reading.Sessions).Select(session => From(session, nodes.GetValueOrDefault(session.Pid)))];
    }

    /// <summary>What can be chosen by; an empty text where there is nothing.</summary>
    public LabelSet ToLabels() => LabelSet.Of(
        new("pid", Pid.ToString(CultureInfo.InvariantCulture)),
        new("database", Database ?? string.Empty),
        new("role", Role ?? string.Empty),
        new("application", Application ?? string.Empty),
        new("clientAddress", ClientAddress ?? string.Empty),
        new("backendType", BackendType ?? string.Empty),
        new("state", State ?? string.Empty),
        new("waitEventType", WaitEventType ?? string.Empty),
        new("waitEvent", WaitEvent ?? string.Empty),
        new("queryId", QueryId ?? string.Empty));

    /// <summary>The cells under <see cref="Columns"/>.</summary>
    public Cell[] ToRow() =>
    [
        (double?)Pid, Database, Role, Application, ClientAddress, BackendType, State, WaitEventType, WaitEvent, BackendSeconds,
        TransactionSeconds, QuerySeconds, StateSeconds, XidAge, XminAge, string.Join(' ', BlockedBy), (double?)Blocks, (double?)LeaderPid,
        QueryId, Query,
    ];

    private static SessionResponse From(Session session, BlockingNode? node) => new(
        session.Pid,
        session.Database,
        session.Role,
        session.Application,
        session.ClientAddress,
        session.BackendType,
        session.State,
        session.WaitEventType,
        session.WaitEvent,
        Seconds(session.BackendAge),
        Seconds(session.TransactionAge),
        Seconds(session.QueryAge),
        Seconds(session.StateAge),
        session.XidAge,
        session.XminAge,
        [.. (node?.Waits ?? []).Select(wait => wait.Blocker.Pid).Distinct().Order()],
        node?.Blocks ?? 0,
        session.LeaderPid,
        session.QueryId,
        session.Query);

    private static double? Seconds(double? age) => age is { } value ? Math.Round(value, 3) : null;
}
