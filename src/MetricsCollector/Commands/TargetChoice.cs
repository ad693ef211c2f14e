using System.IO.Enumeration;
using MetricsCollector.Assignment;
using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Commands.Reports;
using MetricsCollector.Configuration;
using MetricsCollector.Telemetry;

namespace MetricsCollector.Commands;

/// <summary>Finds what a command line names by globs.</summary>
internal static class TargetChoice
{
    /// <summary>The collectors of the targets that match, of those in the store too when it answers; all without globs.</summary>
    /// <exception cref="InvalidDataException">No target is set, or a glob matches none.</exception>
    /// <param name="app">The service, not started.</param>
    /// <param name="globs">What the command line names.</param>
    /// <param name="store">What was found of the store.</param>
    /// <param name="tellsOfStore">Whether a store that cannot be used is told of on standard error.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IReadOnlyList<TargetCollector>> ChooseAsync(
        WebApplication app, IReadOnlyList<string> globs, StoreCheck store, bool tellsOfStore, CancellationToken cancellationToken)
    {
        if (store.HasTargets)
        {
            await AddSavedAsync(app.Services, cancellationToken);
        }
        else if (!store.IsGood && tellsOfStore)
        {
            await Console.Error.WriteLineAsync(
                $"The store cannot be used, so targets that were named over the API are left out. {PlainText.Line(store.Text)}");
        }

        var all = app.Services.GetRequiredService<TargetCollectors>().All.ToList();
        if (all.Count == 0)
        {
            throw new InvalidDataException(
                "No target is set; set Targets__0__Name and Targets__0__ConnectionString, or PGHOST and its companions.");
        }

        return [.. Matching(all, collector => collector.Target.Name, globs, "--target")];
    }

    /// <summary>
    /// The metrics that globs choose, as everywhere: any of the catalog by its name; those of the target's schedule without globs.
    /// </summary>
    /// <exception cref="InvalidDataException">A glob matches no metric of the catalog.</exception>
    public static IReadOnlyList<MetricDefinition> Metrics(IServiceProvider services, TargetCollector collector, IReadOnlyList<string> globs)
    {
        var known = services.GetRequiredService<CatalogSource>().Current.Metrics.Select(metric => metric.Name);
        var chosen = collector.Plan.Choose(globs, glob => throw new InvalidDataException(
            $"--metric '{glob}' matches no metric{NameSuggestions.Suggestion(glob, known)}GET /api/v1/metrics lists all."));
        return [.. chosen.Select(collector.Plan.Find).OfType<MetricDefinition>()];
    }

    private static async Task AddSavedAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var saved = services.GetRequiredService<SavedTargetSet>();
        await saved.RefreshAsync(cancellationToken);
        foreach (var problem in saved.Problems)
        {
            await Console.Error.WriteLineAsync(problem);
        }

        var named = services.GetRequiredService<CollectionSettings>().Current.Targets;
        await services.GetRequiredService<TargetCollectors>().SetAsync(
            [.. named.Watched, .. saved.Watched.Where(target => !named.Names.Contains(target.Name, StringComparer.Ordinal))],
            static _ => Task.CompletedTask);
    }

    private static bool Matches(string glob, string name) => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false);

    private static IEnumerable<T> Matching<T>(List<T> all, Func<T, string> name, IReadOnlyList<string> globs, string option)
    {
        foreach (var glob in globs.Where(glob => !all.Exists(item => Matches(glob, name(item)))))
        {
            throw new InvalidDataException(
                $"{option} '{glob}' matches none{NameSuggestions.Suggestion(glob, all.Select(name))}"
                + $"there are: {string.Join(", ", all.Select(name))}.");
        }

        return globs.Count == 0 ? all : all.Where(item => globs.Any(glob => Matches(glob, name(item))));
    }
}
