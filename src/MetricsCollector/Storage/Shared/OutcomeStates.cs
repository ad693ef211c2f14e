using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Shared;

/// <summary>Finds where outcomes became others while collections are read in order of time.</summary>
internal sealed class OutcomeStates
{
    private const char Entry = '\x1e', Part = '\x1f';

    private readonly Dictionary<string, string[]> _metrics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Outcome>> _others = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Target, string Metric), State> _last = [];
    private readonly List<OutcomeChange> _changes = [];

    /// <summary>The metrics of each target that were there.</summary>
    public IReadOnlyCollection<(string Target, string Metric)> Seen => _last.Keys;

    /// <summary>Takes how a metric ended the last time before the range.</summary>
    public void AddBefore(OutcomeChange before) => _changes.Add(before);

    /// <summary>Takes a collection.</summary>
    /// <param name="target">Name of the target.</param>
    /// <param name="at">When it started.</param>
    /// <param name="metrics">Its metrics, one a line.</param>
    /// <param name="others">Those that were not ok, with outcome, error code and reason; null for none.</param>
    /// <param name="unreachable">Why the target was not reached; null when it was.</param>
    public void Add(string target, DateTimeOffset at, string? metrics, string? others, string? unreachable)
    {
        if (metrics is null)
        {
            return;
        }

        // Collections repeat each other: each text is taken apart once.
        var ended = others is null ? null : Cached(_others, others, Parse);
        foreach (var metric in Cached(_metrics, metrics, text => text.Split('\n')))
        {
            var outcome = ended?.GetValueOrDefault(metric) ?? Outcome.Ok;
            var isFirst = !_last.TryGetValue((target, metric), out var last);
            if (isFirst || IsAnother(last.Outcome, outcome) || last.IsUnreachable != unreachable is not null)
            {
                var told = unreachable is null ? outcome : outcome with { Reason = unreachable };
                _changes.Add(new OutcomeChange(target, metric, at, isFirst ? null : last.At, told, unreachable is not null));
            }

            _last[(target, metric)] = new State(at, outcome, unreachable is not null);
        }
    }

    /// <summary>The changes, by target, metric and in order of time.</summary>
    public IReadOnlyList<OutcomeChange> Changes() =>
    [
        .. _changes
            .OrderBy(change => change.Target, StringComparer.Ordinal)
            .ThenBy(change => change.Metric, StringComparer.Ordinal)
            .ThenBy(change => change.At),
    ];

    // A metric that is skipped for the other role, and then for a privilege, was skipped for two things.
    private static bool IsAnother(Outcome one, Outcome other) =>
        one.Status != other.Status
        || (one.Status == OutcomeStatus.Skipped && IneligibleServer.Explains(one) != IneligibleServer.Explains(other));

    private static Dictionary<string, Outcome> Parse(string others)
    {
        var ended = new Dictionary<string, Outcome>(StringComparer.Ordinal);
        foreach (var entry in others.Split(Entry))
        {
            if (entry.Split(Part, 4) is [var metric, var status, var sqlState, .. var reason])
            {
                ended[metric] = new Outcome(
                    StoredNames.ToOutcome(status), reason is [var text] ? text : null, sqlState.Length == 0 ? null : sqlState);
            }
        }

        return ended;
    }

    private static T Cached<T>(Dictionary<string, T> known, string text, Func<string, T> parse)
    {
        const int Most = 1000;
        if (!known.TryGetValue(text, out var parsed))
        {
            if (known.Count >= Most)
            {
                known.Clear();
            }

            known[text] = parsed = parse(text);
        }

        return parsed;
    }

    private readonly record struct State(DateTimeOffset At, Outcome Outcome, bool IsUnreachable);
}
