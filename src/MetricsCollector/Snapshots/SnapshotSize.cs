
namespace MetricsCollector.Snapshots;

/// <summary>What snapshots take in memory, by estimate.</summary>
internal static class SnapshotSize
{
    // The objects themselves, with their headers and references.
    private const int EachSnapshot = 256;
    private const int EachRow = 160;
    private const int EachReading = 16;
    private const int EachText = 56;

    /// <summary>Bytes of a snapshot with its rows.</summary>
    public static long Of(Snapshot snapshot) => EachSnapshot + snapshot.Rows.Sum(Of);

    /// <summary>Bytes of a snapshot without looking at each row.</summary>
    public static long Roughly(Snapshot snapshot) =>
        EachSnapshot + (snapshot.Rows.Count * (EachRow + (2L * EachText) + (EachReading * (long)snapshot.Fields.Count)));

    private static long Of(SnapshotRow row) =>
        EachRow
        + (EachReading * (long)row.Readings.Length)
        + row.Labels.Items.Sum(label => EachText + (2L * label.Value.Length))
        + (row.Attributes?.Values.Sum(text => EachText + (2L * text.Length)) ?? 0);
}
