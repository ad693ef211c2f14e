using MetricsCollector.Storage;

namespace MetricsCollector.Query.Events;

/// <summary>
/// Finds changes of a text that is kept as a label, so that each of its values is a series of its own: where one ends another begins.
/// </summary>
/// <param name="subject">The label that says what the text is of.</param>
/// <param name="text">The label that holds the text.</param>
internal sealed class RowHistory(string subject, string text)
{
    private readonly Dictionary<(string Target, string Scope), List<SeriesSamples>> _series = [];

    /// <summary>
    /// The label that says where rows are, such as a database. Where others of it were collected, one that is missing was not there; null
    /// where one that is missing says nothing.
    /// </summary>
    public string? Scope { get; init; }

    /// <summary>Takes a series.</summary>
    public void Add(SeriesSamples series)
    {
        var where = (series.Series.Target, Scope is null ? string.Empty : series.Series.Labels[Scope] ?? string.Empty);
        if (!_series.TryGetValue(where, out var known))
        {
            _series[where] = known = [];
        }

        known.Add(series);
    }

    /// <summary>The changes, in no order.</summary>
    public IEnumerable<RowChange> Changes() => _series.SelectMany(where => Changes(where.Key, where.Value));

    private IEnumerable<RowChange> Changes((string Target, string Scope) where, List<SeriesSamples> series)
    {
        var collected = Scope is null ? null : series.SelectMany(Times).Distinct().Order().ToList();
        foreach (var one in series.GroupBy(one => one.Series.Labels[subject] ?? string.Empty, StringComparer.Ordinal))
        {
            // What had one text all the time, as nearly all have, is not looked at.
            if (collected is null && one.Count() == 1)
            {
                continue;
            }

            var texts = TextsByTime(one);
            var instants = collected ?? [.. texts.Keys];
            foreach (var (before, after) in instants.Zip(instants.Skip(1)))
            {
                var (old, now) = (texts.GetValueOrDefault(before), texts.GetValueOrDefault(after));
                if (old != now)
                {
                    yield return new RowChange(where.Target, where.Scope, one.Key, before, after, old, now);
                }
            }
        }
    }

    private SortedDictionary<DateTimeOffset, string> TextsByTime(IEnumerable<SeriesSamples> series)
    {
        var texts = new SortedDictionary<DateTimeOffset, string>();
        foreach (var one in series)
        {
            foreach (var at in Times(one))
            {
                texts[at] = one.Series.Labels[text] ?? string.Empty;
            }
        }

        return texts;
    }

    private static IEnumerable<DateTimeOffset> Times(SeriesSamples one) => one.Samples
        .Where(sample => sample.Value is not null)
        .Select(sample => sample.At)
        .Concat(one.Summaries.SelectMany(summary => summary.Times));
}
