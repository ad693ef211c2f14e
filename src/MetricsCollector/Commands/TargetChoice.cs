using System.IO.Enumeration;
using MetricsCollector.Collection;
using MetricsCollector.Storage;

namespace MetricsCollector.Commands;

/// <summary>Finds what a command line names by globs.</summary>
internal static class TargetChoice
{
    /// <summary>The collectors of the targets that match, of those in the store too when it answers; all without globs.</summary>
    /// <exception cref="InvalidDataException">No target is set, or a glob matches none.</exception>
    public static async Task<IReadOnlyList<TargetCollector>> ChooseAsync(WebApplication app, IReadOnlyList<string> globs, CancellationToken cancellationToken)
    {
        await AddSavedAsync(app.Services, cancellationToken);
        var all = app.Services.GetRequiredService<TargetCollectors>().All.ToList();
        if (all.Count == 0)
        {
            throw new InvalidDataException("No target is set; set Targets__0__Name and Targets__0__ConnectionString, or PGHOST and its companions.");
        }

        return [.. Matching(all, collector => collector.Target.Name, globs, "--target")];
    }

    /// <summary>The names of the metrics of a target that match; all without globs.</summary>
    /// <exception cref="InvalidDataException">A glob matches none.</exception>
    public static IReadOnlyList<string> Metrics(TargetCollector collector, IReadOnlyList<string> globs) =>
        [.. Matching(collector.Plan.Metrics.Keys.Order(StringComparer.Ordinal).ToList(), name => name, globs, "--metric")];

    private static async Task AddSavedAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var saved = services.GetRequiredService<SavedTargetSet>();
        try
        {
            await saved.RefreshAsync(cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            await Console.Error.WriteLineAsync($"Only the targets of the settings: {exception.Message}");
            return;
        }

        foreach (var problem in saved.Problems)
        {
            await Console.Error.WriteLineAsync(problem);
        }

        var named = services.GetRequiredService<CollectionSettings>().Current.Targets;
        await services.GetRequiredService<TargetCollectors>().SetAsync(
            [.. named.Watched, .. saved.Watched.Where(target => !named.Names.Contains(target.Name, StringComparer.Ordinal))],
            static _ => Task.CompletedTask);
    }

    private static IEnumerable<T> Matching<T>(List<T> all, Func<T, string> name, IReadOnlyList<string> globs, string option)
    {
        foreach (var glob in globs.Where(glob => !all.Exists(item => FileSystemName.MatchesSimpleExpression(glob, name(item), ignoreCase: false))))
        {
            throw new InvalidDataException($"{option} '{glob}' matches none; there are: {string.Join(", ", all.Select(name))}.");
        }

        return globs.Count == 0 ? all : all.Where(item => globs.Any(glob => FileSystemName.MatchesSimpleExpression(glob, name(item), ignoreCase: false)));
    }
}
