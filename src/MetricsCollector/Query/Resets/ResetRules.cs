using System.Collections.Frozen;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Resets;

/// <summary>What resets the counters of a metric, by the views they come from.</summary>
public sealed class ResetRules
{
    /// <summary>The field that says when statistics were last reset.</summary>
    public const string StatsReset = "stats_reset";

    /// <summary>The metric whose rows say when all statistics of a database were reset.</summary>
    public const string DatabaseMetric = "database";

    // Their stats_reset moves only when PostgreSQL clears the whole row.
    private static readonly FrozenSet<string> RowViews = FrozenSet.Create(
        "pg_stat_archiver",
        "pg_stat_bgwriter",
        "pg_stat_checkpointer",
        "pg_stat_io",
        "pg_stat_lock",
        "pg_stat_recovery_prefetch",
        "pg_stat_replication_slots",
        "pg_stat_slru",
        "pg_stat_statements_info",
        "pg_stat_subscription_stats",
        "pg_stat_wal");

    // Views of what lives in one database, which pg_stat_reset() clears together.
    private static readonly FrozenSet<string> ObjectViews = FrozenSet.Create(
        "pg_stat_all_indexes",
        "pg_stat_all_tables",
        "pg_stat_user_functions",
        "pg_stat_user_indexes",
        "pg_stat_user_tables",
        "pg_statio_all_tables",
        "pg_statio_user_indexes",
        "pg_statio_user_sequences",
        "pg_statio_user_tables");

    private static readonly FrozenSet<string> DatabaseViews = FrozenSet.Create("pg_stat_database", "pg_stat_database_conflicts");

    // From 18 on these counters of the metric wal come from pg_stat_io, beside the stats_reset of pg_stat_wal.
    private static readonly FrozenSet<string> WalFieldsOfIo = FrozenSet.Create("wal_write", "wal_sync", "wal_write_time", "wal_sync_time");

    private readonly StatsResetRule _rule;
    private readonly bool _isWal;

    // Tells when the collector began to count what it samples.
    private const string SamplingMetric = "load_sampling";

    private ResetRules(string metric, IReadOnlyList<string> views, IReadOnlyList<string> counters, bool hasStatsReset, bool isSampled)
    {
        _isWal = metric == "wal";
        _rule = views.Count > 0 && views.All(RowViews.Contains) ? StatsResetRule.ClearsRow : StatsResetRule.NeedsFallInRow;
        // What PostgreSQL keeps as cumulative statistics, and so loses in a crash. pg_stat_statements has a file of its own.
        IsCumulative = views.Any(view =>
            (RowViews.Contains(view) && view != "pg_stat_statements_info") || ObjectViews.Contains(view) || DatabaseViews.Contains(view));
        SharedReason = isSampled ? ResetReason.SamplingRestart : ResetReason.StatsReset;
        SharedReset = isSampled ? SamplingMetric
            : views is ["pg_stat_statements"] ? "statements_info"
            : views.Any(ObjectViews.Contains) ? DatabaseMetric
            : null;
        (Counters, HasStatsReset) = (counters, hasStatsReset);
    }

    /// <summary>Of a metric about which nothing is known.</summary>
    public static ResetRules Unknown { get; } = new(string.Empty, [], [], hasStatsReset: false, isSampled: false);

    /// <summary>
    /// Counters of <see cref="DatabaseMetric"/> of which hardly any grows past its old value between a reset and the next look.
    /// </summary>
    public static IReadOnlyList<string> DatabaseCounters { get; } =
    [
        "xact_commit", "blks_read", "blks_hit", "tup_returned", "tup_fetched", "tup_inserted", "tup_updated", "tup_deleted",
        "session_time", "sessions",
    ];

    /// <summary>Whether a crash of the server clears its counters.</summary>
    public bool IsCumulative { get; }

    /// <summary>Whether the metric has the field <see cref="StatsReset"/>.</summary>
    public bool HasStatsReset { get; }

    /// <summary>
    /// The metric whose <see cref="StatsReset"/> moves when all counters of all rows of this one are cleared, those of one database where
    /// it is <see cref="DatabaseMetric"/>; null for none.
    /// </summary>
    public string? SharedReset { get; }

    /// <summary>Why the counters are then cleared.</summary>
    public ResetReason SharedReason { get; }

    /// <summary>The counters of a row, any of which may tell by its fall that the row was cleared.</summary>
    public IReadOnlyList<string> Counters { get; }

    /// <summary>The rules of a metric.</summary>
    /// <param name="metric">Its name.</param>
    /// <param name="sources">The views and functions that it reads, as its files say.</param>
    /// <param name="fields">Its fields.</param>
    public static ResetRules Of(string metric, IEnumerable<string> sources, IReadOnlyList<Field> fields) => new(
        metric,
        [.. sources.Where(source => source.StartsWith("pg_stat", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)],
        [.. fields.Where(field => field.Kind == FieldKind.Counter).Select(field => field.Name)],
        fields.Any(field => field.Name == StatsReset),
        // Only the collector itself knows that a counter which is missing is 0.
        isSampled: fields.Any(field => field.Kind == FieldKind.Counter && field.AbsentIsZero));

    /// <summary>What a <see cref="StatsReset"/> that moved proves about a field.</summary>
    public StatsResetRule RuleOf(string field) => _isWal && WalFieldsOfIo.Contains(field) ? StatsResetRule.NeedsOwnFall : _rule;
}
