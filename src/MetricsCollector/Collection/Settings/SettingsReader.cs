using MetricsCollector.Catalog;
using MetricsCollector.Configuration;
using MetricsCollector.Targets;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Collection.Settings;

/// <summary>Reads all settings as they are now, and says everything that is wrong with them at once.</summary>
public sealed class SettingsReader(
    TargetSettingsReader targets,
    IOptionsFactory<CollectionOptions> options,
    IEnumerable<SettingsCheck> checks,
    SettingsFiles files,
    SettingsSchema schema,
    TimeProvider time)
{
    // Files are read again while others still are: two readings that agree are of one state.
    private const int Readings = 5;

    private readonly IReadOnlyList<SettingsCheck> _checks = [.. checks];

    /// <summary>Reads them.</summary>
    /// <param name="catalog">The metrics that globs have to match; null where they cannot be read, and globs are not checked.</param>
    /// <returns>The settings and what puts the other sections to use, or what is wrong.</returns>
    public (SettingsState? State, IReadOnlyList<Action> Uses, IReadOnlyList<string> Problems) Read(MetricCatalog? catalog)
    {
        var last = ReadOnce(catalog);
        for (var i = 1; i < Readings; i++)
        {
            var again = ReadOnce(catalog);
            if (again.State is { } state && last.State is { } before
                ? state.SameAs(before)
                : again.Problems.SequenceEqual(last.Problems, StringComparer.Ordinal))
            {
                return again;
            }

            last = again;
        }

        return last;
    }

    private (SettingsState? State, IReadOnlyList<Action> Uses, IReadOnlyList<string> Problems) ReadOnce(MetricCatalog? catalog)
    {
        List<string> problems = [.. files.Problems, .. schema.Problems(targets.Configuration)];
        if (catalog is not null)
        {
            problems.AddRange(MetricGlobs.Problems(targets.Configuration, catalog));
        }

        var collection = Try(() => options.Create(Options.DefaultName), problems);
        var named = Try(targets.Read, problems);
        var uses = _checks.Select(check => Try(check.Read, problems)).ToList();
        return problems.Count == 0 ? (new SettingsState(named!, collection!, time.GetUtcNow()), uses!, []) : (null, [], problems);
    }

    private static T? Try<T>(Func<T> read, List<string> problems)
        where T : class
    {
        try
        {
            return read();
        }
        catch (OptionsValidationException exception)
        {
            problems.AddRange(exception.Failures.Except(problems, StringComparer.Ordinal));
            return null;
        }
    }
}
