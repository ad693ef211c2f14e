using System.IO.Enumeration;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>One PostgreSQL server that is watched.</summary>
/// <param name="name">Its name.</param>
/// <param name="connection">How to reach it; never shown to anybody.</param>
/// <param name="labels">Labels that the settings give it.</param>
/// <param name="metrics">Globs that choose its metrics; empty for all.</param>
/// <param name="intervals">Intervals by glob over metric names.</param>
public sealed class Target(
    string name,
    NpgsqlConnectionStringBuilder connection,
    LabelSet labels,
    IReadOnlyList<string> metrics,
    IReadOnlyList<KeyValuePair<string, Duration>> intervals)
{
    /// <summary>Its name in the API and the store.</summary>
    public string Name { get; } = name;

    /// <summary>Labels that the settings give it.</summary>
    public LabelSet Labels { get; } = labels;

    /// <summary>Where it is, without user and password: <c>host:port</c>.</summary>
    public string Address => $"{Connection.Host}:{Connection.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>How to reach it, secrets included.</summary>
    internal NpgsqlConnectionStringBuilder Connection { get; } = connection;

    /// <summary>Whether the settings choose a metric: globs in their order, the last that matches wins.</summary>
    public bool Wants(string metric)
    {
        var wanted = metrics.Count == 0 || metrics[0].StartsWith('!');
        foreach (var glob in metrics)
        {
            var exclude = glob.StartsWith('!');
            if (FileSystemName.MatchesSimpleExpression(exclude ? glob.AsSpan(1) : glob, metric, ignoreCase: false))
            {
                wanted = !exclude;
            }
        }

        return wanted;
    }

    /// <summary>The interval that the settings give a metric, or null when they give none.</summary>
    public Duration? IntervalOf(string metric)
    {
        Duration? interval = null;
        foreach (var (glob, value) in intervals)
        {
            if (FileSystemName.MatchesSimpleExpression(glob, metric, ignoreCase: false))
            {
                interval = value;
            }
        }

        return interval;
    }
}
