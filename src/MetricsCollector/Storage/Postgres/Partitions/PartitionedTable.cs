using System.Globalization;

namespace MetricsCollector.Storage.Postgres.Partitions;

/// <summary>A table in partitions of equal length, aligned in UTC.</summary>
/// <param name="Name">The parent.</param>
/// <param name="Span">How long one partition is.</param>
/// <param name="Suffix">Format of the start of a partition in its name.</param>
/// <param name="Behind">How long before now partitions are made ahead of need.</param>
/// <param name="Ahead">How long after now.</param>
internal sealed record PartitionedTable(string Name, TimeSpan Span, string Suffix, TimeSpan Behind, TimeSpan Ahead)
{
    /// <summary>Rows: an hour is what gets packed together later, and 30 days make 720 partitions.</summary>
    public static PartitionedTable MetricsRaw { get; } =
        new("metrics_raw", TimeSpan.FromHours(1), "yyyyMMdd_HH", TimeSpan.FromHours(1), TimeSpan.FromHours(3));

    /// <summary>Collections: few and small.</summary>
    public static PartitionedTable Collections { get; } =
        new("collections", TimeSpan.FromDays(1), "yyyyMMdd", TimeSpan.FromDays(1), TimeSpan.FromDays(2));

    /// <summary>Packed hours, until their day is merged.</summary>
    public static PartitionedTable PackedHours { get; } = new(
        "metrics_packed_hours", TimeSpan.FromDays(1), "yyyyMMdd", TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Packed days: a day is what retention drops.</summary>
    public static PartitionedTable PackedDays { get; } = new(
        "metrics_packed_days", TimeSpan.FromDays(1), "yyyyMMdd", TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>What snapshots are written to.</summary>
    public static IReadOnlyList<PartitionedTable> Written { get; } = [MetricsRaw, Collections];

    /// <summary>All that holds history.</summary>
    public static IReadOnlyList<PartitionedTable> All { get; } = [MetricsRaw, PackedHours, PackedDays, Collections];

    /// <summary>Start of the partition that holds an instant.</summary>
    public DateTimeOffset StartOf(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % Span.Ticks), TimeSpan.Zero);

    /// <summary>Name of the partition that starts at an instant.</summary>
    public string PartitionName(DateTimeOffset start) => $"{Name}_{start.ToString(Suffix, CultureInfo.InvariantCulture)}";

    /// <summary>Starts of the partitions that should exist now.</summary>
    public IEnumerable<DateTimeOffset> StartsAround(DateTimeOffset now)
    {
        for (var start = StartOf(now - Behind); start <= now + Ahead; start += Span)
        {
            yield return start;
        }
    }
}
