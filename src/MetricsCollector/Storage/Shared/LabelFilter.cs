using System.Text.Json;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Shared;

/// <summary>Labels that must match, as the right side of <c>labels @&gt; ...</c>.</summary>
internal static class LabelFilter
{
    /// <summary>The labels as a JSON object; null when two of them contradict each other, so that nothing can match.</summary>
    public static string? ToJson(SeriesFilter filter)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in filter.Labels ?? [])
        {
            if (!labels.TryAdd(name, value) && labels[name] != value)
            {
                return null;
            }
        }

        return JsonSerializer.Serialize(labels);
    }
}
