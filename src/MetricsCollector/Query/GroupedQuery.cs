using System.Runtime.CompilerServices;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>Answers a query whose series become few.</summary>
/// <param name="query">The query.</param>
/// <param name="aggregation">How they become one.</param>
internal sealed class GroupedQuery(RangeQuery query, Aggregation aggregation)
{
    // What is kept of every instant is bounded by cutting the range into parts; a step is never cut.
    private static readonly TimeSpan LongestPart = TimeSpan.FromHours(6);

    /// <summary>Answers with one group after the other, in the order in which their first series came.</summary>
    public async IAsyncEnumerable<ComputedSeries> AnswerAsync(
        ISnapshotReader reader, ServerHistory history, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var whole = query.Range.Steps;
        if (whole.Step >= query.Range.To - query.Range.From || !query.Fields.All(field => field.IsByInstant(aggregation)))
        {
            foreach (var group in await AnswerPartAsync(query, reader, history, cancellationToken))
            {
                yield return group;
            }

            yield break;
        }

        var joined = new OrderedDictionary<(FieldRange Field, string? Target, LabelSet Labels), Sample[]>();
        foreach (var (from, to) in Parts(whole))
        {
            var part =
                query with { Fields = [.. query.Fields.Select(field => field with { Range = field.Range with { From = from, To = to } })] };
            foreach (var (target, labels, field, result) in await AnswerPartAsync(part, reader, history, cancellationToken))
            {
                var key = (query.Fields[part.Fields.ToList().IndexOf(field)], target, labels);
                if (!joined.TryGetValue(key, out var points))
                {
                    joined.Add(key, points = whole.EmptyPoints());
                }

                result.Points.ToArray().CopyTo(points, whole.IndexOf(from));
            }
        }

        foreach (var ((field, target, labels), points) in joined)
        {
            yield return new ComputedSeries(target, labels, field, new RangeResult(points, []));
        }
    }

    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Parts(StepGrid whole)
    {
        var steps = (int)Math.Max(1, LongestPart / whole.Step);
        for (var first = 0; first < whole.Count; first += steps)
        {
            yield return (
                first == 0 ? query.Range.From : whole.StartOf(first),
                first + steps >= whole.Count ? query.Range.To : whole.StartOf(first + steps).AddTicks(-1));
        }
    }

    private async Task<List<ComputedSeries>> AnswerPartAsync(
        RangeQuery part, ISnapshotReader reader, ServerHistory history, CancellationToken cancellationToken)
    {
        var computed = part.Fields.ToDictionary(field => field, _ => new SeriesAggregation(aggregation, query.GroupBy));
        var instants = part.Fields.ToDictionary(field => field, field => new InstantAggregation(aggregation, query.GroupBy, field.Range));
        await foreach (var read in part.ReadAsync(reader, history, cancellationToken))
        {
            if (read.Field.IsByInstant(aggregation))
            {
                instants[read.Field].Add(read.Series, read.Samples);
            }
            else
            {
                computed[read.Field].Add(read.Series, read.Evaluate().Result);
            }
        }

        return [.. part.Fields.SelectMany(
            field => field.IsByInstant(aggregation) ? instants[field].Groups() : computed[field].Groups(),
            (field, group) => new ComputedSeries(group.Target ?? query.Filter.Target, group.Labels, field, group.Result))];
    }
}
