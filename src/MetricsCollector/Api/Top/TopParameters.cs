using System.Globalization;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Configuration;
using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Top;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Top;

/// <summary>The parameters of a ranking, and how they become a <see cref="TopQuery"/>.</summary>
internal static class TopParameters
{
    private static readonly DeclaredParameter By = new(
        "by", ParameterKind.Text,
        "Labels, or `target`, such as `datname`: one row for the series that agree on them. May be given several times, or once with "
        + "commas. Each series by itself when left out.")
    {
        Repeatable = true,
    };

    private static readonly DeclaredParameter Fields = new(
        "fields", ParameterKind.Text,
        "Names of fields of the metric, such as `total_exec_time,calls` of `statements`. May be given several times, or once with commas. "
        + "All counters when left out; of a metric without counters, all gauges.")
    {
        Repeatable = true,
    };

    private static readonly DeclaredParameter Order = new(
        "order", ParameterKind.Text,
        "What ranks, the greatest first: a field, and behind a colon `increase`, `rate` or `perCall` of a counter, or `last` of a gauge, "
        + "such as `total_exec_time:perCall`. A field alone means `increase` or `last`. When left out, the first counter of `fields`, and "
        + "without counters the first gauge.");

    private static readonly DeclaredParameter Limit = CommonParameters.Limit with
    {
        Description = "How many rows there are at most; `remainder` has what all others did together.",
        Default = "10",
    };

    private static readonly DeclaredParameter Compare = new(
        "compare", ParameterKind.Text,
        "How far to shift the range for what each row did before, such as `-7d`: its values stand in `previous`.");

    /// <summary>All of them.</summary>
    public static DeclaredParameter[] Declared { get; } =
    [
        CommonParameters.Target, CommonParameters.OneMetric with { Example = "database" }, By, Fields, Order, CommonParameters.From,
        CommonParameters.To, CommonParameters.Label, Limit, Compare, RowFormats.Parameter,
    ];

    /// <summary>Reads them; null when something is wrong with them, which the parameters then know.</summary>
    /// <param name="parameters">What was asked.</param>
    /// <param name="names">The names that are known.</param>
    /// <param name="now">The time of the question.</param>
    /// <param name="settledUntil">Until when all snapshots of a target, or of all for null, are stored: the range ends there, so that
    /// the same question gives the same answer.</param>
    public static TopQuery? Read(
        Parameters parameters, CatalogNames names, DateTimeOffset now, Func<string?, DateTimeOffset> settledUntil)
    {
        var metric = parameters.Metric(names);
        var filter = new SeriesFilter(parameters.Target(names), metric?.Name, parameters.Labels(metric));
        var globs = parameters.Globs();
        var (from, to) = parameters.Range(now);
        var limit = parameters.Int(Limit);
        var compare = Back(parameters, from);
        var by = parameters.IsGiven(By) ? parameters.Texts(By) : null;
        foreach (var label in (by ?? []).Where(label => label != SeriesAggregation.TargetName))
        {
            parameters.CheckLabel(By, label, metric);
        }

        var fields = Chosen(parameters, metric);
        var (order, measure) = Ranking(parameters, metric, fields);
        if (metric is null || order is null || parameters.Problem() is not null)
        {
            return null;
        }

        var settled = settledUntil(filter.Target);
        to = to <= settled ? to : settled > from ? settled : from;
        List<Field> shown = [.. fields.Union([order])];
        var calls = metric.Fields.Where(field => field is { Name: TopQuery.Calls, Kind: FieldKind.Counter });
        var counted = shown.Exists(field => field.Kind == FieldKind.Counter) ? calls : [];

        // One step as long as time: the whole range is one point.
        var step = TimeSpan.FromDays(366 * 9000);
        FieldRange[] ranges = [.. shown.Union(counted).Select(field => new FieldRange(
            field, new RangeRequest(from, to, step, Function(field), field.Kind, metric.Interval.Value)))];
        var question = new RangeQuery(filter, globs, ranges, null, []) { Resets = metric.Resets };
        return new TopQuery(question, by, shown, order, measure, limit, compare);
    }

    private static RangeFunction Function(Field field) => IsCounter(field) ? RangeFunction.Delta : RangeFunction.Last;

    private static IReadOnlyList<Field> Chosen(Parameters parameters, MetricFacts? metric)
    {
        if (parameters.IsGiven(Fields))
        {
            return parameters.Fields(Fields, metric);
        }

        IReadOnlyList<Field> all = metric?.Fields ?? [];
        return all.Any(IsCounter) ? [.. all.Where(IsCounter)] : all;
    }

    private static (Field? Field, TopMeasure Measure) Ranking(Parameters parameters, MetricFacts? metric, IReadOnlyList<Field> fields)
    {
        if (metric is null)
        {
            return default;
        }

        if (!parameters.IsGiven(Order))
        {
            var first = fields.FirstOrDefault(IsCounter) ?? (fields is [var only, ..] ? only : null);
            if (first is null && parameters.Problem() is null)
            {
                parameters.Refuse(CommonParameters.OneMetric, $"'{metric.Name}' has no fields; write a metric that has some");
            }

            return (first, first is null ? default : Usual(first));
        }

        var text = parameters.Text(Order)!;
        var colon = text.IndexOf(':');
        var name = (colon < 0 ? text : text[..colon]).Trim();
        if (metric.Fields.FirstOrDefault(field => field.Name == name) is not { } found)
        {
            var known = metric.Fields.Select(field => field.Name).ToList();
            var shown = ParameterTexts.Shown(name);
            var meant = NameSuggestions.Suggestion(shown, known);
            parameters.Refuse(
                Order,
                name.Contains(',')
                    ? "ranks by one field; write one name"
                    : $"metric '{metric.Name}' has no field '{shown}'{meant}write one of {string.Join(", ", known)}");
            return default;
        }

        var measure = colon < 0 ? Usual(found) : Measure(parameters, text[(colon + 1)..].Trim(), found);
        if (measure == TopMeasure.PerCall && !metric.Fields.Any(field => field is { Name: TopQuery.Calls, Kind: FieldKind.Counter }))
        {
            parameters.Refuse(
                Order, $"metric '{metric.Name}' has no counter '{TopQuery.Calls}', so nothing is known per call; write {name}:increase or "
                    + $"{name}:rate");
        }

        return measure is { } chosen ? (found, chosen) : default;
    }

    private static TopMeasure? Measure(Parameters parameters, string word, Field field)
    {
        string[] words = IsCounter(field) ? ["increase", "rate", "perCall"] : ["last"];
        if (words.FirstOrDefault(one => string.Equals(one, word, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return Enum.Parse<TopMeasure>(known, ignoreCase: true);
        }

        var shown = ParameterTexts.Shown(word);
        var remedy = $"write {string.Join(" or ", words.Select(one => $"{field.Name}:{one}"))}";
        parameters.Refuse(
            Order,
            !Enum.GetNames<TopMeasure>().Contains(word, StringComparer.OrdinalIgnoreCase)
                ? $"'{shown}' is not known{NameSuggestions.Suggestion(shown, words)}{remedy}"
                : IsCounter(field) ? $"'{field.Name}' is a counter, whose last value says nothing of the range; {remedy}"
                : $"'{field.Name}' is a gauge, which has no {word}; {remedy}");
        return null;
    }

    private static TopMeasure Usual(Field field) => IsCounter(field) ? TopMeasure.Increase : TopMeasure.Last;

    private static TimeSpan? Back(Parameters parameters, DateTimeOffset from)
    {
        if (parameters.Text(Compare) is not { } text)
        {
            return null;
        }

        var shown = ParameterTexts.Shown(text);
        var length = text.Trim().TrimStart('-', '+');
        if (!Duration.TryParse(length, CultureInfo.InvariantCulture, out var duration))
        {
            parameters.Refuse(
                Compare, $"'{shown}' is not a length of time with a minus sign before it; write {Duration.Forms}, as in -1d or -7d");
        }
        else if (duration.Value == TimeSpan.Zero)
        {
            parameters.Refuse(Compare, $"'{shown}' would compare the range with itself; write how far back, as in -1d or -7d");
        }
        else if (!text.Trim().StartsWith('-') || text.Trim().Length != length.Length + 1)
        {
            parameters.Refuse(Compare, $"'{shown}' does not go back; write -{length}");
        }
        else if (duration.Value > from - DateTimeOffset.UnixEpoch)
        {
            parameters.Refuse(Compare, $"'{shown}' goes back before 1970; write a shorter length of time");
        }
        else
        {
            return duration.Value;
        }

        return null;
    }

    private static bool IsCounter(Field field) => field.Kind == FieldKind.Counter;
}
