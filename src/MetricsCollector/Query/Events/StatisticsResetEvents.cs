using System.Globalization;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Events;

/// <summary>Statistics that somebody reset: one event for each view and database, whatever number of its rows it was.</summary>
internal sealed class StatisticsResetEvents : IEventSource
{
    // Resetting one table, index or function moves that of its database too. Where two metrics read one view, the first tells.
    private static readonly (string Metric, string View)[] Views =
    [
        (ResetRules.DatabaseMetric, "pg_stat_database"),
        ("bgwriter", "pg_stat_bgwriter"),
        ("checkpointer", "pg_stat_checkpointer"),
        ("archiver", "pg_stat_archiver"),
        ("wal", "pg_stat_wal"),
        ("io", "pg_stat_io"),
        ("slru", "pg_stat_slru"),
        ("lock_stats", "pg_stat_lock"),
        ("recovery_prefetch", "pg_stat_recovery_prefetch"),
        ("replication_slot_stats", "pg_stat_replication_slots"),
        ("subscription_stats", "pg_stat_subscription_stats"),
        ("statements_info", "pg_stat_statements"),
    ];

    /// <inheritdoc />
    public IReadOnlyList<EventKind> Kinds { get; } = [EventKind.StatisticsReset];

    /// <summary>The metrics whose <c>stats_reset</c> is read.</summary>
    public static IEnumerable<string> Metrics => Views.Select(view => view.Metric);

    /// <inheritdoc />
    public async Task<IEnumerable<TargetEvent>> FindAsync(EventReadings readings, CancellationToken cancellationToken)
    {
        var servers = await readings.ServersAsync(cancellationToken);
        var found = new List<TargetEvent>();
        foreach (var (metric, view) in Views)
        {
            await foreach (var read in readings.SamplesAsync(metric, ResetRules.StatsReset, cancellationToken))
            {
                var target = read.Series.Target;
                var database = metric == ResetRules.DatabaseMetric ? read.Series.Labels["datname"] : null;
                List<TargetEvent> resets = [.. Find(target, view, database, read.WithEnds(), servers.GetValueOrDefault(target, []))];
                if (database is not null && resets.Exists(reset => reset.Old is null))
                {
                    // Up to 14 a database that is new, or is used again after a crash, gets its first stats_reset without a reset.
                    var falls = await readings.FallsAsync(read, ResetRules.DatabaseCounters, cancellationToken);
                    resets.RemoveAll(reset => reset.Old is null && !falls.Any(at => at > reset.After && at <= reset.At));
                }

                found.AddRange(resets);
            }
        }

        // Before 17 pg_stat_checkpointer is a part of pg_stat_bgwriter, reset at the same instant; several rows of one view are one reset.
        return found.OrderBy(one => one.At).DistinctBy(one => (one.Target, one.Subject, one.At)).DistinctBy(one => (one.Target, one.New));
    }

    /// <summary>The resets of one row.</summary>
    /// <param name="target">Name of the target.</param>
    /// <param name="view">The view.</param>
    /// <param name="database">The database of the row, or null where it has none; empty for objects that all databases share.</param>
    /// <param name="statsReset">Its <c>stats_reset</c>, in order of time.</param>
    /// <param name="changes">What happened to the target: restarts and crashes move a <c>stats_reset</c> too.</param>
    public static IEnumerable<TargetEvent> Find(
        string target, string view, string? database, IReadOnlyList<Sample> statsReset, IReadOnlyList<ServerChange> changes)
    {
        var where = database is null ? view : database.Length == 0 ? $"{view} of shared objects" : $"{view} of database {database}";
        foreach (var (before, after) in StatisticsLosses.Moves(statsReset))
        {
            if (changes.Any(change => change.LiesBetween(before.At, after.At)))
            {
                continue;
            }

            yield return new TargetEvent(
                after.At, before.At, target, EventKind.StatisticsReset, $"The statistics in {where} were reset.")
            {
                Subject = where,
                Old = Time(before.Value),
                New = Time(after.Value),
            };
        }
    }

    private static string? Time(double? seconds) => seconds is { } value && double.IsFinite(value)
        ? DateTimeOffset.UnixEpoch.AddTicks((long)Math.Round(value * 1e6) * (TimeSpan.TicksPerMillisecond / 1000))
            .UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)
        : null;
}
