using MetricsCollector.Configuration;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Http;

/// <summary>The texts of the parameters of one request, after the checks that all parameters share.</summary>
internal sealed class ParameterTexts
{
    // Longer than any name PostgreSQL allows, short enough to be shown in a message.
    private const int MaxLength = 512;

    private const int LongestShown = 64;

    private const int MaxRepeats = 32;

    private readonly Dictionary<string, string[]> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the texts from a query string and says what is wrong with them.</summary>
    public ParameterTexts(IQueryCollection query, IReadOnlyList<DeclaredParameter> declared, ParameterErrors errors)
    {
        var inQuery = declared.Where(parameter => !parameter.InPath && !parameter.InHeader).ToList();
        foreach (var (name, values) in query)
        {
            var parameter = inQuery.Find(candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
            if (parameter is null)
            {
                errors.Refuse(Shown(name), Unknown(name, inQuery));
            }
            else if (Problem(parameter, values!) is { } problem)
            {
                errors.Refuse(parameter.Name, problem);
            }
            else
            {
                _values.Add(parameter.Name, values!);
            }
        }

        foreach (var parameter in inQuery.Where(
            parameter => parameter.Required && !_values.ContainsKey(parameter.Name) && !errors.Has(parameter.Name)))
        {
            errors.Refuse(
                parameter.Name,
                "is required" + (parameter.Example is null ? string.Empty : $"; write for example {parameter.Name}={parameter.Example}"));
        }
    }

    /// <summary>What was given for a parameter; empty when nothing usable was.</summary>
    public IReadOnlyList<string> All(DeclaredParameter parameter) => _values.TryGetValue(parameter.Name, out var values) ? values : [];

    /// <summary>A text as messages repeat it: short, and without control characters.</summary>
    public static string Shown(string text)
    {
        var shown = Excerpt.Of(text, LongestShown, "…");
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c)) : shown;
    }

    /// <summary>What is wrong with a name, or glob, that stands in a body; null when nothing is.</summary>
    public static string? NameProblem(string? name) =>
        string.IsNullOrWhiteSpace(name) ? "has an empty name; write names or globs, or leave it out for all"
            : Problem(name) is { } problem ? "has a name that " + problem
            : null;

    private static string Unknown(string name, List<DeclaredParameter> declared)
    {
        var (shown, allowed) = (Shown(name), declared.ConvertAll(parameter => parameter.Name));
        return allowed.Count == 0
            ? "is not a parameter of this request; none is allowed here"
            : $"is not a parameter of this request{NameSuggestions.Suggestion(shown, allowed)}allowed: {string.Join(", ", allowed)}";
    }

    private static string? Problem(DeclaredParameter parameter, string[] values)
    {
        if (!parameter.Repeatable && values.Length > 1)
        {
            return $"is given {values.Length} times; write it once";
        }

        if (values.Length > MaxRepeats)
        {
            return $"is given {values.Length} times; write it at most {MaxRepeats} times";
        }

        return values.Select(Problem).FirstOrDefault(problem => problem is not null);
    }

    private static string? Problem(string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return "is empty; write a value or leave it out";
        }

        if (value.Length > MaxLength)
        {
            return $"has {value.Length} characters; write at most {MaxLength}";
        }

        return value.Any(char.IsControl) ? "has control characters; leave them out" : null;
    }
}
