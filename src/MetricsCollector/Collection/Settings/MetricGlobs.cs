using System.IO.Enumeration;
using MetricsCollector.Catalog;
using MetricsCollector.Configuration;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Settings;

/// <summary>Finds globs over metrics that match none: a misspelt one would silently change nothing.</summary>
public static class MetricGlobs
{
    // Longer globs are not repeated whole.
    private const int LongestShown = 64;

    /// <summary>What is wrong with those of the settings, one sentence each with what to write.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration, MetricCatalog catalog) =>
        from target in configuration.GetSection(TargetOptions.Section).GetChildren()
        from setting in target.GetSection(nameof(TargetOptions.Metrics)).GetChildren().Select(metric => (metric.Path, Glob: metric.Value))
            .Concat(target.GetSection(nameof(TargetOptions.Intervals)).GetChildren()
                .Select(interval => (interval.Path, Glob: (string?)interval.Key)))
        where !string.IsNullOrEmpty(setting.Glob)
        let problem = Problem(setting.Glob!, catalog)
        where problem is not null
        select $"{setting.Path} {problem}";

    /// <summary>
    /// What people should know of a retention for metrics that nobody collects. Nothing wrong: metrics that left the catalog may still
    /// have history, and their files may come later.
    /// </summary>
    public static IEnumerable<string> Warnings(RetentionPolicy retention, MetricCatalog catalog) =>
        from glob in retention.ByGlob.Keys.Order(StringComparer.Ordinal)
        let problem = Problem(glob, catalog)
        where problem is not null
        select $"{StorageOptions.Section}:{nameof(StorageOptions.MetricRetention)} {problem}";

    /// <summary>Why a glob is wrong, with what to write; null when it matches a metric.</summary>
    public static string? Problem(string glob, MetricCatalog catalog)
    {
        var pattern = glob is ['+' or '!', ..] ? glob[1..] : glob;
        if (catalog.Metrics.Any(metric => FileSystemName.MatchesSimpleExpression(pattern, metric.Name, ignoreCase: false)))
        {
            return null;
        }

        var letters = Excerpt.Of(pattern.Replace("*", string.Empty, StringComparison.Ordinal), LongestShown, mark: string.Empty);
        var meant = NameSuggestions.Suggestion(letters, catalog.Metrics.Select(metric => metric.Name));
        return $"has '{Excerpt.Of(glob, LongestShown)}', which matches no metric{meant}GET /api/v1/metrics lists all.";
    }
}
