using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Functions;

/// <summary>
/// Delta and rate: sums over pairs of consecutive values. A pair belongs to the step that holds its later value, wherever the
/// earlier one lies. When a counter was reset, what it counted since is the increase. A pair across a gap or a failover counts nowhere.
/// </summary>
/// <remarks>
/// Pairs that follow each other in a step make a run, which counts as its last value less its first: no rounding adds up, and a summary,
/// inside which every pair follows the one before, counts as its samples would.
/// </remarks>
internal sealed class IncreaseFunctions
{
    private readonly RangeRequest _request;
    private readonly ResetEvidence _evidence;
    private readonly StepGrid _steps;
    private readonly Sample[] _points;
    private readonly long[] _spans;
    private readonly List<Reset> _resets = [];
    private readonly List<Gap> _gaps = [];
    private (int Step, double First, double Last)? _run;

    private IncreaseFunctions(RangeRequest request, ResetEvidence evidence)
    {
        (_request, _evidence, _steps) = (request, evidence, request.Steps);
        _points = _steps.EmptyPoints();
        _spans = new long[_points.Length];
    }

    public static RangeResult Evaluate(
        RangeRequest request, IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary> summaries, ResetEvidence evidence)
    {
        var functions = new IncreaseFunctions(request, evidence);
        functions.Add(SampleOrSummary.Merge(samples, summaries), GapRule.Of(request.Intervals, samples, summaries));
        return functions.Result();
    }

    private void Add(IEnumerable<SampleOrSummary> pieces, GapRule gaps)
    {
        Sample? earlier = null;
        foreach (var (sample, summary) in pieces)
        {
            if (sample.At > _request.To)
            {
                break;
            }

            if (sample.Value is not { } value || !double.IsFinite(value))
            {
                continue;
            }

            if (earlier is { } before && sample.At >= _request.From)
            {
                if (gaps.IsGap(before.At, sample.At))
                {
                    AddGap(before, sample);
                    Close();
                }
                else
                {
                    AddPair(before, sample);
                }
            }

            earlier = sample;
            if (summary is not null)
            {
                earlier = new Sample(summary.To, summary.Last);
                if (summary.To > summary.From)
                {
                    Extend(_steps.IndexOf(summary.From), value, summary.Last!.Value, (summary.To - summary.From).Ticks);
                }
            }
        }

        Close();
    }

    // A change of server inside a gap is reported too: no other pair of values shows it.
    private void AddGap(Sample before, Sample sample)
    {
        _gaps.Add(new Gap(before.At, sample.At));
        if (_request.Kind == FieldKind.Counter && _evidence.Between(before, sample) == ResetReason.Failover)
        {
            _resets.Add(new Reset(sample.At, ResetReason.Failover));
        }
    }

    private void AddPair(Sample before, Sample sample)
    {
        var index = _steps.IndexOf(sample.At);
        var value = sample.Value!.Value;
        if ((_request.Kind == FieldKind.Counter ? _evidence.Between(before, sample) : null) is not { } reason)
        {
            Extend(index, before.Value!.Value, value, (sample.At - before.At).Ticks);
            return;
        }

        Close();
        if (!_request.AbsentIsZero || value > 0 || reason is ResetReason.Failover or ResetReason.SamplingRestart)
        {
            _resets.Add(new Reset(sample.At, reason));
        }

        if (reason is not (ResetReason.Failover or ResetReason.SamplingRestart))
        {
            Count(index, Math.Max(value, 0));
            _spans[index] += (sample.At - before.At).Ticks;
        }
    }

    private void Extend(int step, double earlier, double later, long ticks)
    {
        if (_run is { } run && run.Step == step)
        {
            _run = run with { Last = later };
        }
        else
        {
            Close();
            _run = (step, earlier, later);
        }

        _spans[step] += ticks;
    }

    private void Close()
    {
        if (_run is { } run)
        {
            Count(run.Step, run.Last - run.First);
            _run = null;
        }
    }

    private void Count(int step, double increase) => _points[step] = _points[step] with { Value = (_points[step].Value ?? 0) + increase };

    private RangeResult Result()
    {
        var deltas = new RangeResult(_points, _resets) { Gaps = _gaps, Spans = _spans };

        // Values of the same instant span no time: they have a delta, but no rate.
        return _request.Function == RangeFunction.Rate
            ? new RangeResult([.. _points.Select((point, i) => point with { Value = deltas.RateOf(i) })], _resets) { Gaps = _gaps }
            : deltas;
    }
}
