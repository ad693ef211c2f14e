using System.Globalization;
using System.Text.RegularExpressions;
using MetricsCollector.Api.Sessions;
using MetricsCollector.Collection.Sessions;
using MetricsCollector.Commands.Reports;
using MetricsCollector.Snapshots;
using MetricsCollector.Telemetry;

namespace MetricsCollector.Commands.Sessions;

/// <summary>The sessions of a server and who waits for whom, as tables for a terminal.</summary>
internal static partial class ActivityText
{
    // Longer statements are no help in a table.
    private const int LongestQuery = 200;

    private static readonly string[] WaitHeader =
        ["pid", "blocks", "role", "application", "state", "waiting", "lock", "relation", "transaction", "statement"];

    private static readonly string[] SessionHeader =
    [
        "pid", "database", "role", "application", "client", "state", "wait", "transaction", "statement for", "in state", "xmin", "blocks",
        "statement",
    ];

    /// <summary>What was read of a target.</summary>
    /// <param name="target">Name of the target.</param>
    /// <param name="reading">The reading.</param>
    /// <param name="order">Which sessions come first.</param>
    /// <param name="all">Whether idle sessions and background processes are shown too.</param>
    public static string Of(string target, ActivityReading reading, SessionOrder order, bool all)
    {
        if (reading.Unreachable is { } reason)
        {
            return PlainText.Line($"{target}: {reason}") + Environment.NewLine;
        }

        var sessions = SessionList.Of(SessionResponse.Of(reading), order);
        var tree = BlockingResponse.From(reading.Waits, stored: false);
        var text = PlainText.Line(Head(target, reading, sessions, tree)) + Environment.NewLine;
        text += string.Concat(new[] { reading.Sessions.Outcome, reading.Waits.Outcome }
            .Where(outcome => outcome.Reason is not null)
            .Select(outcome => PlainText.Line($"{outcome.Status.ToString().ToLowerInvariant()}: {outcome.Reason}") + Environment.NewLine));
        if (tree.Items.Count > 0)
        {
            text += Environment.NewLine + TextTable.Of(WaitHeader, [.. tree.Items.Select(WaitRow)]);
        }

        IReadOnlyList<SessionResponse> shown = all ? sessions : [.. sessions.Where(IsBusy)];
        return shown.Count == 0
            ? text
            : text + Environment.NewLine + TextTable.Of(SessionHeader, [.. shown.Select(SessionRow)]);
    }

    /// <summary>A length of time in at most six characters, such as <c>1.25s</c>, <c>5m12s</c> or <c>2d03h</c>.</summary>
    public static string Age(double? seconds) => seconds is not { } value ? string.Empty : value switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{value:0.00}s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{value:0.0}s"),
        < 3_600 => string.Create(CultureInfo.InvariantCulture, $"{(int)value / 60}m{(int)value % 60:00}s"),
        < 86_400 => string.Create(CultureInfo.InvariantCulture, $"{(int)value / 3_600}h{(int)value / 60 % 60:00}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)value / 86_400}d{(long)value / 3_600 % 24:00}h"),
    };

    private static string Head(
        string target, ActivityReading reading, IReadOnlyList<SessionResponse> sessions, BlockingResponse tree)
    {
        var clients = sessions.Where(session => session.BackendType is null or "client backend").ToList();
        string[] parts =
        [
            Quantity.Of(clients.Count, "session"),
            $"{clients.Count(session => session.State == "active")} active",
            $"{clients.Count(session => session.State?.StartsWith("idle in transaction", StringComparison.Ordinal) == true)} "
                + "idle in transaction",
            $"{tree.Waiting} waiting for a lock",
        ];
        return string.Create(
            CultureInfo.InvariantCulture, $"{target}  {reading.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {string.Join(", ", parts)}");
    }

    private static bool IsBusy(SessionResponse session) =>
        session.Blocks > 0 || session.State is not (null or "idle") || session.BackendType == "autovacuum worker";

    private static IReadOnlyList<string> WaitRow(BlockingNodeResponse node) =>
    [
        new string(' ', 2 * Math.Min(node.Depth, 20)) + (node.Pid > 0
            ? node.Pid.ToString(CultureInfo.InvariantCulture)
            : $"prepared {node.PreparedTransaction}"),
        node.Blocks > 0 ? node.Blocks.ToString(CultureInfo.InvariantCulture) : string.Empty,
        node.Role ?? string.Empty,
        node.Application ?? string.Empty,
        node.InCycle ? "deadlock" : node.State ?? string.Empty,
        Age(node.WaitSeconds),
        node.LockType is null ? string.Empty : $"{node.LockType} {node.Mode}",
        node.Relation ?? string.Empty,
        Age(node.TransactionSeconds),
        Short(node.Query),
    ];

    private static IReadOnlyList<string> SessionRow(SessionResponse session) =>
    [
        session.Pid.ToString(CultureInfo.InvariantCulture),
        session.Database ?? string.Empty,
        session.Role ?? string.Empty,
        session.Application ?? string.Empty,
        session.ClientAddress ?? string.Empty,
        session.State ?? session.BackendType ?? string.Empty,
        session.WaitEvent is null ? string.Empty : $"{session.WaitEventType}:{session.WaitEvent}",
        Age(session.TransactionSeconds),
        session.State == "active" ? Age(session.QuerySeconds) : string.Empty,
        Age(session.StateSeconds),
        session.XminAge?.ToString("0", CultureInfo.InvariantCulture) ?? string.Empty,
        session.Blocks > 0 ? session.Blocks.ToString(CultureInfo.InvariantCulture) : string.Empty,
        Short(session.Query),
    ];

    // Statements are written over many lines; a table has one for each.
    private static string Short(string? query) =>
        query is null ? string.Empty : Excerpt.Of(Blanks().Replace(query, " ").Trim(), LongestQuery);

    [GeneratedRegex(@"[ \t\r\n]+")]
    private static partial Regex Blanks();
}
