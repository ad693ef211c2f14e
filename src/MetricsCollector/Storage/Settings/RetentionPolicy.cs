using System.IO.Enumeration;
using MetricsCollector.Snapshots;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage.Settings;

/// <summary>How long the history of each metric is kept.</summary>
public sealed class RetentionPolicy
{
    private readonly List<KeyValuePair<string, Duration>> _byGlob;

    /// <summary>Takes the settings.</summary>
    public RetentionPolicy(IOptions<StorageOptions> options)
        : this(options.Value.Retention, options.Value.MetricRetention)
    {
    }

    /// <summary>Takes a retention for all metrics, and others by name or glob.</summary>
    public RetentionPolicy(Duration retention, IReadOnlyDictionary<string, Duration> byGlob)
    {
        Default = retention;

        // A setting has no order of its own, so the glob that says most wins; a name says more than any glob.
        _byGlob = [.. byGlob
            .OrderBy(pair => IsName(pair.Key) ? 0 : 1)
            .ThenByDescending(pair => pair.Key.Length)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)];
    }

    /// <summary>How long metrics are kept that are not named.</summary>
    public Duration Default { get; }

    /// <summary>The others by name or glob, as they were set.</summary>
    public IReadOnlyDictionary<string, Duration> ByGlob => _byGlob.ToDictionary(StringComparer.Ordinal);

    /// <summary>How long a metric is kept: as its name says, else the longest glob that matches it, else the default.</summary>
    public TimeSpan Of(string metric)
    {
        foreach (var (glob, retention) in _byGlob)
        {
            if (FileSystemName.MatchesSimpleExpression(glob, metric, ignoreCase: false))
            {
                return retention.Value;
            }
        }

        return Default.Value;
    }

    /// <summary>How long anything is kept, given the metrics there are.</summary>
    public TimeSpan Longest(IEnumerable<string> metrics) => metrics.Select(Of).Append(Default.Value).Max();

    /// <summary>The same policy with everything kept for longer.</summary>
    public RetentionPolicy Extended(TimeSpan by) =>
        by == TimeSpan.Zero
            ? this
            : new(
                new Duration(Default.Value + by),
                _byGlob.ToDictionary(metric => metric.Key, metric => new Duration(metric.Value.Value + by)));

    private static bool IsName(string glob) => !glob.AsSpan().ContainsAny('*', '?');
}
