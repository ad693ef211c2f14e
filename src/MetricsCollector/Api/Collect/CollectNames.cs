using System.IO.Enumeration;
using MetricsCollector.Api.Http;
using MetricsCollector.Configuration;

namespace MetricsCollector.Api.Collect;

/// <summary>The names of targets and metrics in a request to collect.</summary>
internal static class CollectNames
{
    // Every name is compared with all that are known.
    private const int MostNames = 100;

    /// <summary>The known names that globs choose, all of them without globs; globs that match none are errors.</summary>
    public static HashSet<string> Choose(
        string parameter, IReadOnlyList<string?>? globs, IEnumerable<string> names, ParameterErrors errors)
    {
        var known = names.ToList();
        if (globs is null or [])
        {
            return [.. known];
        }

        var chosen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var glob in Globs(parameter, globs, errors))
        {
            var matches = known.Where(name => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false)).ToList();
            if (matches.Count == 0)
            {
                errors.Missing(parameter, NoMatch(parameter.TrimEnd('s'), glob, known));
            }

            chosen.UnionWith(matches);
        }

        return chosen;
    }

    /// <summary>That a glob matches none of the known names, with what may have been meant.</summary>
    public static string NoMatch(string kind, string glob, IEnumerable<string> known)
    {
        var shown = ParameterTexts.Shown(glob);
        return $"'{shown}' matches no {kind}{NameSuggestions.Suggestion(shown, [.. known])}/api/v1/{kind}s lists all";
    }

    /// <summary>The globs that are well-formed; the others, and too many, are errors.</summary>
    public static List<string> Globs(string parameter, IReadOnlyList<string?>? globs, ParameterErrors errors)
    {
        if (globs?.Count > MostNames)
        {
            errors.Refuse(parameter, $"has {globs.Count} names; write at most {MostNames}, or globs");
            return [];
        }

        var good = new List<string>();
        foreach (var glob in globs ?? [])
        {
            if (ParameterTexts.NameProblem(glob) is { } wrong)
            {
                errors.Refuse(parameter, wrong);
            }
            else
            {
                good.Add(glob!);
            }
        }

        return good;
    }
}
