using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>
/// Makes few series of many: those that agree on some labels become one, step by step. Takes series one after the other and keeps
/// only the groups.
/// </summary>
/// <param name="aggregation">How points become one; steps without a value are ignored.</param>
/// <param name="groupBy">Names of labels, or <see cref="TargetName"/>; none makes one series of all.</param>
public sealed class SeriesAggregation(Aggregation aggregation, IReadOnlyList<string> groupBy)
{
    /// <summary>The name that groups by target instead of by a label.</summary>
    public const string TargetName = "target";

    private readonly Dictionary<(string? Target, LabelSet Labels), Group> _groups = [];
    private readonly List<Group> _order = [];

    /// <summary>Adds a series.</summary>
    /// <param name="series">Its target and labels; a label it does not have is absent from its group too.</param>
    /// <param name="result">Its points, at the same steps as those of every other series.</param>
    /// <exception cref="ArgumentException">The points lie at other steps.</exception>
    public void Add(SeriesKey series, RangeResult result)
    {
        var target = groupBy.Contains(TargetName) ? series.Target : null;
        var labels = LabelSet.Of(series.Labels.Items.Where(label => label.Key != TargetName && groupBy.Contains(label.Key)));
        if (!_groups.TryGetValue((target, labels), out var group))
        {
            group = new Group(target, labels, result.Points);
            _groups.Add((target, labels), group);
            _order.Add(group);
        }

        group.Add(aggregation, result);
    }

    /// <summary>The groups, in the order in which their first series came.</summary>
    public IReadOnlyList<SeriesGroup> Groups() => [.. _order.Select(group => group.ToResult(aggregation))];

    /// <summary>Two values as one; those of a mean are added up.</summary>
    internal static double Join(Aggregation aggregation, double one, double other) => aggregation switch
    {
        Aggregation.Min => Math.Min(one, other),
        Aggregation.Max => Math.Max(one, other),
        _ => one + other,
    };

    private sealed class Group(string? target, LabelSet labels, IReadOnlyList<Sample> steps)
    {
        private readonly double[] _values = new double[steps.Count];
        private readonly int[] _counts = new int[steps.Count];
        private readonly HashSet<Reset> _resets = [];
        private readonly HashSet<Gap> _gaps = [];
        private int _members;
        private Forecast? _forecast;

        public void Add(Aggregation aggregation, RangeResult result)
        {
            if (result.Points.Count != steps.Count || (steps.Count > 0 && result.Points[0].At != steps[0].At))
            {
                throw new ArgumentException("The points of all series must lie at the same steps.", nameof(result));
            }

            for (var i = 0; i < _values.Length; i++)
            {
                if (result.Points[i].Value is { } value)
                {
                    _values[i] = _counts[i]++ == 0 ? value : Join(aggregation, _values[i], value);
                }
            }

            // Lines of several targets make no line.
            _forecast = _members++ == 0 ? result.Forecast : null;
            _resets.UnionWith(result.Resets);
            _gaps.UnionWith(result.Gaps);
        }

        public SeriesGroup ToResult(Aggregation aggregation) =>
            new(target, labels, new RangeResult(
                [.. steps.Select((step, i) => new Sample(step.At, ValueAt(aggregation, i)))], [.. _resets.OrderBy(reset => reset.At)])
            {
                Forecast = _forecast,
                Gaps = [.. _gaps.OrderBy(gap => gap.From).ThenBy(gap => gap.To)],
            });

        private double? ValueAt(Aggregation aggregation, int index) => (_counts[index], aggregation) switch
        {
            (0, _) => null,
            (var count, Aggregation.Avg) => _values[index] / count,
            _ => _values[index],
        };
    }
}
