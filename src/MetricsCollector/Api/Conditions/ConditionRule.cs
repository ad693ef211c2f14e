using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Conditions;

/// <summary>Finds one condition in the newest snapshot of one metric.</summary>
/// <param name="Name">Name of the condition.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Find">Finds it.</param>
internal sealed record ConditionRule(string Name, string Metric, Func<Snapshot, IEnumerable<Condition>> Find)
{
    // Shorter waits are how locks work.
    private const double LongWaitSeconds = 5;

    // Room for those who come to look.
    private const double FullShare = 0.9;

    // PostgreSQL's own emergency vacuum (vacuum_failsafe_age) starts at 0.745.
    private const double WraparoundShare = 0.7;

    private const double Lost = 3;

    /// <summary>All rules.</summary>
    public static IReadOnlyList<ConditionRule> All { get; } =
    [
        new("blockedSessions", "blocking", BlockedSessions),
        new("connectionsNearLimit", "server", ConnectionsNearLimit),
        new("transactionIdsNearWraparound", "database_age", NearWraparound),
        new("replicationSlotLost", "replication_slots", LostSlots),
    ];

    private static IEnumerable<Condition> BlockedSessions(Snapshot snapshot)
    {
        foreach (var row in snapshot.Rows)
        {
            var value = Values(snapshot, row);
            if (value("blocked") is >= 1 and var blocked && value("longest_wait") is >= LongWaitSeconds and var longest)
            {
                var blockers = (value("blockers"), value("idle_blockers")) switch
                {
                    (null or 0, _) => string.Empty,
                    (var all, null or 0) => FormattableString.Invariant($"; blocked by {Count(all.Value, "session")}"),
                    var (all, idle) => FormattableString.Invariant(
                        $"; blocked by {Count(all.Value, "session")}, {idle:0} of them idle in transaction"),
                };
                var chain = value("deepest_chain") is > 1 and var deepest
                    ? FormattableString.Invariant($", up to {deepest:0} one behind the other")
                    : string.Empty;
                yield return new Condition(
                    FormattableString.Invariant($"{Count(blocked, "session")} blocked, the longest for {longest:0} s{chain}{blockers}"),
                    Since: snapshot.CollectedAt - TimeSpan.FromSeconds(longest));
            }
        }
    }

    private static IEnumerable<Condition> ConnectionsNearLimit(Snapshot snapshot)
    {
        foreach (var row in snapshot.Rows)
        {
            var value = Values(snapshot, row);
            var open = value("max_connections") - (value("superuser_reserved_connections") ?? 0) - (value("reserved_connections") ?? 0);
            if (value("connections") is { } used && open is > 0 and var room && used >= FullShare * room)
            {
                yield return new Condition(
                    FormattableString.Invariant($"{used:0} of the {room:0} connections that are open to everybody are in use"));
            }
        }
    }

    private static IEnumerable<Condition> NearWraparound(Snapshot snapshot)
    {
        foreach (var row in snapshot.Rows)
        {
            var value = Values(snapshot, row);
            foreach (var (field, what) in new[] { ("xid_wraparound_share", "transaction ids"), ("mxid_wraparound_share", "multixact ids") })
            {
                if (value(field) is >= WraparoundShare and var share)
                {
                    var database = row.Labels["datname"];
                    var used = FormattableString.Invariant($"database {database} has used {share * 100:0} % of its {what}");
                    yield return new Condition($"{used} since it was last frozen; VACUUM (FREEZE) it", database);
                }
            }
        }
    }

    private static IEnumerable<Condition> LostSlots(Snapshot snapshot)
    {
        foreach (var row in snapshot.Rows)
        {
            var value = Values(snapshot, row);
            if (value("wal_status") == Lost || value("invalidated") == 1)
            {
                var slot = row.Labels["slot_name"];
                yield return new Condition(
                    $"replication slot {slot} was invalidated; its receiver has to start anew, and the slot can be dropped", slot);
            }
        }
    }

    private static string Count(double number, string what) =>
        FormattableString.Invariant($"{number:0} {what}{(number == 1 ? string.Empty : "s")}");

    private static Func<string, double?> Values(Snapshot snapshot, SnapshotRow row) => field =>
    {
        for (var i = 0; i < snapshot.Fields.Count; i++)
        {
            if (snapshot.Fields[i] == field)
            {
                return row.Readings[i];
            }
        }

        return null;
    };
}
