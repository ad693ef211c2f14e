using MetricsCollector.Collection.Rows;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Sampling;

/// <summary>
/// What is sampled of a target between its collections, and what the samples add up to. A sample counts for half of the time to each of its
/// neighbours, so one that was skipped is not counted as idle. Where too long a time has no sample, and where a collection could not read
/// the metric, the counters begin anew.
/// </summary>
/// <param name="isOn">Whether the settings ask for samples.</param>
/// <param name="limit">At most so many rows of the metric are kept.</param>
internal sealed class TargetSampling(bool isOn, int limit)
{
    /// <summary>Why nothing is sampled.</summary>
    public const string SwitchedOff = "Collection:LoadInterval is 0s: nothing is sampled; write how often, such as 1s";

    // What happened in a longer time, two samples do not tell. Three times the longest Collection:LoadInterval.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private SampledCounters? _counters;
    private IReadOnlyList<SnapshotRow> _before = [];
    private bool _isNew;
    private SamplingTotals _totals = new();
    private TimeSpan? _last;
    private DateTimeOffset _since;

    /// <summary>Whether the settings ask for samples.</summary>
    public bool IsOn => isOn;

    /// <summary>What to ask between the collections; null until a collection has read it.</summary>
    public MetricQuery? Query { get; private set; }

    /// <summary>A collection was answered a metric that is sampled.</summary>
    public void Answered(MetricQuery query) => Query = query;

    /// <summary>A sample between the collections.</summary>
    /// <param name="rows">What was there.</param>
    /// <param name="at">When it was asked for, by the steady clock.</param>
    /// <param name="took">How long it took.</param>
    public void Add(IReadOnlyList<SnapshotRow> rows, TimeSpan at, TimeSpan took)
    {
        if (_counters is not null)
        {
            Count(_counters, rows, at);
            _totals.Took += took;
        }
    }

    /// <summary>A sample was due that could not be taken.</summary>
    public void Skip() => _totals.Skipped++;

    /// <summary>The snapshot of the sampled metric: the sample of the collection, and all before it.</summary>
    /// <param name="read">The metric as it was read.</param>
    /// <param name="at">When the collection began, by the steady clock.</param>
    public Snapshot Show(Snapshot read, TimeSpan at)
    {
        if (read.Outcome.Status is not (OutcomeStatus.Ok or OutcomeStatus.Partial))
        {
            (Query, _counters, _totals, _last, _before) = (null, null, new SamplingTotals(), null, []);
            return read;
        }

        _isNew |= _counters is null;
        _counters ??= new SampledCounters(limit);
        Count(_counters, read.Rows, at);
        _since = _isNew ? read.CollectedAt : _since;
        _isNew = false;
        return read with { Rows = _counters.Rows() };
    }

    /// <summary>The fields of a metric that tells of the sampling; null while nothing is sampled.</summary>
    public IReadOnlyDictionary<string, double>? Fields() => _counters is null ? null : _totals.Fields(_since);

    /// <summary>The snapshot that was shown last is stored.</summary>
    public void Stored() => _counters?.Stored();

    private void Count(SampledCounters counters, IReadOnlyList<SnapshotRow> rows, TimeSpan at)
    {
        if (_last is { } last)
        {
            if (at - last > Longest)
            {
                counters.Clear();
                (_totals, _isNew) = (new SamplingTotals(), true);
            }
            else
            {
                var (half, rest) = SampledTime.Between(last, at).Halves();
                _totals.Observed += half.Units + rest.Units;
                _totals.Active += counters.Add(_before, half) + counters.Add(rows, rest);
            }
        }

        // The first sample stands for no time before it: nobody knows what was there.
        _totals.Samples++;
        (_last, _before) = (at, rows);
    }
}
