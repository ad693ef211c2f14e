using System.Text;

namespace MetricsCollector.Snapshots;

/// <summary>Labels as part of a key.</summary>
internal static class KeyLabels
{
    /// <summary>PostgreSQL's unique index takes keys of up to 2,700 bytes; 8 bytes per label is what jsonb adds at most.</summary>
    private const int LongestLabels = 2_000;

    /// <summary>Whether labels are short enough to be a key in every store.</summary>
    public static bool Fit(LabelSet labels)
    {
        var bytes = 0;
        foreach (var (name, value) in labels.Items)
        {
            bytes += 8 + Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        }

        return bytes <= LongestLabels;
    }
}
