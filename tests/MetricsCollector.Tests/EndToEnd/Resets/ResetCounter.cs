namespace MetricsCollector.Tests.EndToEnd.Resets;

/// <summary>A counter as the service names it, and how a superuser reads it.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Field">The field.</param>
/// <param name="Sql">What reads it.</param>
/// <param name="Filter">What chooses its series, as further parameters.</param>
internal sealed record ResetCounter(string Metric, string Field, string Sql, string Filter = "")
{
    public static readonly ResetCounter Inserted =
        new("database", "tup_inserted", "SELECT tup_inserted FROM pg_stat_database WHERE datname = 'app'", "&label=datname:app");

    public static readonly ResetCounter WalRecords = new("wal", "wal_records", "SELECT wal_records FROM pg_stat_wal");

    public static readonly ResetCounter BuffersAllocated = new("bgwriter", "buffers_alloc", "SELECT buffers_alloc FROM pg_stat_bgwriter");

    public static readonly ResetCounter TableInserted =
        new("tables", "n_tup_ins", "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'one'", "&label=relname:one");

    public static readonly ResetCounter FunctionCalls =
        new("functions", "calls", "SELECT coalesce(sum(calls), 0) FROM pg_stat_user_functions WHERE funcname = 'f'", "&label=funcname:f");

    public override string ToString() => $"{Metric}.{Field}{Filter}";
}
