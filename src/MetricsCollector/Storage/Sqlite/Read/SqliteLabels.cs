using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;

namespace MetricsCollector.Storage.Sqlite.Read;

/// <summary>Labels that must match, as the SQL function <c>has_labels</c> takes them.</summary>
internal static class SqliteLabels
{
    /// <summary>Writes them as JSON; null when any labels match.</summary>
    /// <returns>False when two of them contradict each other, so that nothing can match.</returns>
    public static bool TryWrite(SeriesFilter filter, out string? labels)
    {
        labels = filter.Labels is null or [] ? null : LabelFilter.ToJson(filter);
        return labels is not null || filter.Labels is null or [];
    }
}
