using System.Globalization;
using MetricsCollector.Configuration;
using MetricsCollector.Query;
using MetricsCollector.Snapshots;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Http;

/// <summary>
/// Reads the query parameters of a request as text and gathers everything that is wrong with them. Read all parameters first, then ask
/// for the <see cref="Problem"/>: only when there is none are the values meant.
/// </summary>
internal sealed class Parameters
{
    private readonly ParameterErrors _errors = new();
    private readonly ParameterTexts _texts;

    /// <summary>Takes the parameters of a request; one that is not declared is an error.</summary>
    public Parameters(IQueryCollection query, params IReadOnlyList<DeclaredParameter> declared) =>
        _texts = new ParameterTexts(query, declared, _errors);

    /// <summary>What is wrong, or null.</summary>
    public ProblemHttpResult? Problem() => _errors.Problem();

    /// <summary>Says what is wrong with a parameter, and what to write instead.</summary>
    public void Refuse(DeclaredParameter parameter, string message) => _errors.Refuse(parameter.Name, message);

    /// <summary>Says that a parameter names something that does not exist.</summary>
    public void Missing(DeclaredParameter parameter, string message) => _errors.Missing(parameter.Name, message);

    /// <summary>What was written, or the default; null when there is neither.</summary>
    public string? Text(DeclaredParameter parameter) => _texts.All(parameter) is [var text, ..] ? text : parameter.Default;

    /// <summary>All that was written for a repeatable parameter, commas parting several in one.</summary>
    public IReadOnlyList<string> Texts(DeclaredParameter parameter)
    {
        const StringSplitOptions Options = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] texts = [.. _texts.All(parameter).SelectMany(text => text.Split(',', Options)).Distinct(StringComparer.Ordinal)];
        if (texts.Length == 0 && IsGiven(parameter))
        {
            Refuse(parameter, "has commas and nothing between them; write names or leave it out");
        }

        return texts;
    }

    /// <summary>An instant; null when it is absent or wrong.</summary>
    public DateTimeOffset? Time(DeclaredParameter parameter, DateTimeOffset now)
    {
        if (Text(parameter) is not { } text)
        {
            return null;
        }

        if (TimeExpression.TryParse(text, now, out var time, out var error))
        {
            return time;
        }

        Refuse(parameter, error);
        return null;
    }

    /// <summary>The instants <c>from</c> and <c>to</c>; <c>from</c> is refused when it is after <c>to</c>.</summary>
    /// <param name="now">The time of the question.</param>
    /// <param name="start">The parameter <c>from</c>, where its default is another one.</param>
    public (DateTimeOffset From, DateTimeOffset To) Range(DateTimeOffset now, DeclaredParameter? start = null)
    {
        var (from, to) = (Time(start ?? CommonParameters.From, now), Time(CommonParameters.To, now));
        if (from > to)
        {
            // Said once: it is one mistake, whichever of them is wrong.
            Refuse(
                CommonParameters.From,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{from:yyyy-MM-dd'T'HH:mm:ss.FFF'Z'} is after to ({to:yyyy-MM-dd'T'HH:mm:ss.FFF'Z'}); "
                    + $"write an earlier from or a later to"));
        }

        return (from ?? now, to ?? now);
    }

    /// <summary>A length of time greater than zero; null when it is absent or wrong.</summary>
    public TimeSpan? Duration(DeclaredParameter parameter)
    {
        if (Text(parameter) is not { } text)
        {
            return null;
        }

        if (MetricsCollector.Snapshots.Duration.TryParse(text, CultureInfo.InvariantCulture, out var duration)
            && duration.Value > TimeSpan.Zero)
        {
            return duration.Value;
        }

        var isNumber = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0;
        Refuse(
            parameter, $"'{ParameterTexts.Shown(text)}' is not a length of time greater than zero; "
            + $"write {MetricsCollector.Snapshots.Duration.Forms}{(isNumber ? $", such as {text}s" : string.Empty)}");
        return null;
    }

    /// <summary>A whole number between the bounds of the parameter.</summary>
    public int Int(DeclaredParameter parameter)
    {
        if (Text(parameter) is { } text)
        {
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= parameter.Minimum && number <= parameter.Maximum)
            {
                return number;
            }

            Refuse(parameter, FormattableString.Invariant(
                $"'{ParameterTexts.Shown(text)}' is not a whole number from {parameter.Minimum} to {parameter.Maximum}; write one"));
        }

        return parameter.Minimum;
    }

    /// <summary>One of the values of an enumeration; null when it is absent or wrong.</summary>
    public T? Choice<T>(DeclaredParameter parameter)
        where T : struct, Enum =>
        Choice(parameter) is { } word ? Enum.Parse<T>(word, ignoreCase: true) : null;

    /// <summary>One of the words of the parameter; null when it is absent or wrong.</summary>
    public string? Choice(DeclaredParameter parameter)
    {
        if (Text(parameter) is not { } text)
        {
            return null;
        }

        if (parameter.Choices.FirstOrDefault(choice => string.Equals(choice, text, StringComparison.OrdinalIgnoreCase)) is { } word)
        {
            return word;
        }

        var shown = ParameterTexts.Shown(text);
        var meant = NameSuggestions.Suggestion(shown, parameter.Choices);
        Refuse(parameter, $"'{shown}' is not known{meant}write one of {string.Join(", ", parameter.Choices)}");
        return null;
    }

    /// <summary>What a cursor stands for; null when it is absent or wrong.</summary>
    /// <param name="parse">Reads a cursor, or says null when it cannot.</param>
    public T? Cursor<T>(Func<string, T?> parse)
    {
        if (Text(CommonParameters.Cursor) is not { } text)
        {
            return default;
        }

        var position = parse(text);
        if (position is null)
        {
            Refuse(CommonParameters.Cursor, "is not a nextCursor that this endpoint gave; leave it out to start with the first page");
        }

        return position;
    }

    /// <summary>Which series are meant: target, metric and labels.</summary>
    public SeriesFilter Filter(CatalogNames names)
    {
        var metric = Metric(names);
        return new SeriesFilter(Target(names), metric?.Name, Labels(metric));
    }

    /// <summary>The name of a known target; null when it is absent or unknown.</summary>
    public string? Target(CatalogNames names)
    {
        var target = Text(CommonParameters.Target);
        if (target is null || names.Targets.Contains(target))
        {
            return target;
        }

        var shown = ParameterTexts.Shown(target);
        var meant = NameSuggestions.Suggestion(shown, names.Targets);
        Missing(CommonParameters.Target, $"'{shown}' is not known{meant}/api/v1/targets lists all");
        return null;
    }

    /// <summary>A known metric; null when it is absent or unknown.</summary>
    public MetricFacts? Metric(CatalogNames names)
    {
        if (Text(CommonParameters.Metric) is not { } metric)
        {
            return null;
        }

        if (!names.Metrics.TryGetValue(metric, out var facts))
        {
            var shown = ParameterTexts.Shown(metric);
            var meant = NameSuggestions.Suggestion(shown, names.Metrics.Keys);
            Missing(CommonParameters.Metric, $"'{shown}' is not known{meant}/api/v1/metrics lists all");
        }

        return facts;
    }

    /// <summary>Whether somebody wrote the parameter.</summary>
    public bool IsGiven(DeclaredParameter parameter) => _texts.All(parameter).Count > 0;

    /// <summary>Names of the fields to show; null for all.</summary>
    public IReadOnlyList<string>? Projection(MetricFacts? metric)
    {
        if (!IsGiven(CommonParameters.Fields))
        {
            return null;
        }

        if (metric is null && !IsGiven(CommonParameters.Metric))
        {
            Refuse(CommonParameters.Fields, "are those of one metric; name it with metric=");
        }

        return [.. Fields(CommonParameters.Fields, metric).Select(field => field.Name)];
    }

    /// <summary>Labels that must match a glob, among those that were given.</summary>
    public LabelGlobs Globs()
    {
        var globs = AllLabels().Where(label => LabelGlobs.IsGlob(label.Value)).ToList();
        return globs.Count == 0 ? LabelGlobs.None : new LabelGlobs(globs);
    }

    /// <summary>Fields of a metric, each once; empty when absent or when the metric is not known.</summary>
    public IReadOnlyList<Field> Fields(DeclaredParameter parameter, MetricFacts? metric)
    {
        var fields = new List<Field>();
        foreach (var name in metric is null ? [] : Texts(parameter))
        {
            if (metric!.Fields.FirstOrDefault(field => field.Name == name) is { } found)
            {
                fields.Add(found);
                continue;
            }

            var known = metric.Fields.Select(field => field.Name).ToList();
            var shown = ParameterTexts.Shown(name);
            var meant = NameSuggestions.Suggestion(shown, known);
            Refuse(parameter, $"metric '{metric.Name}' has no field '{shown}'{meant}write one of {string.Join(", ", known)}");
        }

        return fields;
    }

    /// <summary>Labels that must match exactly; a metric, when it is known, says which there can be.</summary>
    public IReadOnlyList<LabelMatcher> Labels(MetricFacts? metric)
    {
        var matchers = new List<LabelMatcher>();
        foreach (var text in _texts.All(CommonParameters.Label).Where(text => text.AsSpan().IndexOfAny(':', '=') <= 0))
        {
            Refuse(
                CommonParameters.Label,
                $"'{ParameterTexts.Shown(text)}' is not a label and its value; write name:value or name=value, such as datname:app");
        }

        foreach (var label in AllLabels())
        {
            CheckLabel(CommonParameters.Label, label.Name, metric);
            if (LabelGlobs.IsGlob(label.Value))
            {
                continue;
            }

            if (matchers.Exists(other => other.Name == label.Name && other.Value != label.Value))
            {
                Refuse(CommonParameters.Label, $"'{ParameterTexts.Shown(label.Name)}' cannot have two values at once; write it once");
            }

            matchers.Add(label);
        }

        return matchers;
    }

    private IEnumerable<LabelMatcher> AllLabels() =>
        from text in _texts.All(CommonParameters.Label)
        let separator = text.AsSpan().IndexOfAny(':', '=')
        where separator > 0
        select new LabelMatcher(text[..separator], text[(separator + 1)..]);

    /// <summary>Refuses a label that a metric does not have.</summary>
    public void CheckLabel(DeclaredParameter parameter, string name, MetricFacts? metric)
    {
        if (metric is null || metric.Labels.Contains(name))
        {
            return;
        }

        var shown = ParameterTexts.Shown(name);
        var labels = metric.Labels.Count == 0 ? "it has no labels, leave it out" : $"write one of {string.Join(", ", metric.Labels)}";
        Refuse(parameter, $"metric '{metric.Name}' has no label '{shown}'{NameSuggestions.Suggestion(shown, metric.Labels)}{labels}");
    }
}
