using System.Globalization;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Blocking;

/// <summary>Reads the edges of the tree from a snapshot of <c>lock_waits</c>.</summary>
public static class LockWaits
{
    /// <summary>The metric.</summary>
    public const string Metric = "lock_waits";

    // Where the server computes no identifier the metric has a hash of the text, which nobody can look up.
    private const string Hash = "text:";

    /// <summary>The edges; rows of another shape, such as those of a metric file of the same name, are passed over.</summary>
    public static IReadOnlyList<LockWait> Of(Snapshot snapshot) =>
        [.. snapshot.Rows.Select(row => Read(snapshot, row)).OfType<LockWait>()];

    private static LockWait? Read(Snapshot snapshot, SnapshotRow row)
    {
        if (Pid(row, "blocked_pid") is not { } blocked || Pid(row, "blocker_pid") is not { } blocker)
        {
            return null;
        }

        return new LockWait(
            new BlockingSession(blocked, string.Empty), new BlockingSession(blocker, row.Labels["blocker_gid"] ?? string.Empty))
        {
            Database = Label(row, "datname"),
            LockType = Label(row, "locktype"),
            Mode = Label(row, "mode"),
            Relation = Label(row, "relation"),
            Wait = Reading("wait"),
            Since = Reading("since") is { } since ? DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(since * 1000)) : null,
            Waiting = Reading("waiting"),
            BlockedDetails = new BlockingDetails
            {
                // Who waits for a lock runs a statement.
                State = "active",
                Role = Attribute(row, "blocked_usename"),
                Application = Attribute(row, "blocked_application"),
                QueryId = QueryId(row, "blocked_queryid"),
                Query = Attribute(row, "blocked_query"),
                TransactionAge = Reading("blocked_xact_age"),
            },
            BlockerDetails = new BlockingDetails
            {
                State = Label(row, "blocker_state"),
                Role = Attribute(row, "blocker_usename"),
                Application = Attribute(row, "blocker_application"),
                QueryId = QueryId(row, "blocker_queryid"),
                Query = Attribute(row, "blocker_query"),
                TransactionAge = Reading("blocker_xact_age"),
                StateAge = Reading("blocker_state_age"),
            },
        };

        double? Reading(string field)
        {
            foreach (var (place, name) in snapshot.Fields.Index())
            {
                if (name == field && place < row.Readings.Length)
                {
                    return row.Readings[place];
                }
            }

            return null;
        }
    }

    private static int? Pid(SnapshotRow row, string label) =>
        int.TryParse(row.Labels[label], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;

    private static string? Label(SnapshotRow row, string label) => row.Labels[label] is { Length: > 0 } text ? text : null;

    private static string? QueryId(SnapshotRow row, string label) =>
        Label(row, label) is { } id && !id.StartsWith(Hash, StringComparison.Ordinal) ? id : null;

    private static string? Attribute(SnapshotRow row, string name) =>
        row.Attributes?.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;
}
