using System.Runtime.CompilerServices;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>
/// Answers several queries at once. Queries of the same series become one reading of the store, and a few readings run beside each other.
/// </summary>
/// <param name="reader">The store.</param>
/// <param name="history">What resets counters.</param>
internal sealed class BatchAnswer(ISnapshotReader reader, ServerHistory history)
{
    // As many connections to the store as one request may hold.
    private const int AtOnce = 4;

    /// <summary>The answer of each query, in their order; the failure of one costs the others nothing.</summary>
    /// <param name="queries">The queries; null for one that has no answer.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<(IReadOnlyList<SeriesResult> Series, Exception? Failure)> AnswerAsync(
        IReadOnlyList<RangeQuery?> queries, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(AtOnce);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var readings = queries.OfType<RangeQuery>()
            .GroupBy(SeriesOf)
            .SelectMany(same => Merge([.. same]))
            .Select(reading => (reading.Queries, Answer: ReadAsync(reading.Whole, places, stop.Token)))
            .ToList();
        try
        {
            foreach (var query in queries)
            {
                if (query is null)
                {
                    yield return ([], null);
                    continue;
                }

                var (series, failure) = await readings.Find(reading => reading.Queries.Contains(query)).Answer;
                yield return ([.. Of(query, series)], failure);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(readings.Select(reading => reading.Answer));
        }
    }

    // In the order in which the query alone would have them.
    private static IEnumerable<SeriesResult> Of(RangeQuery query, IReadOnlyList<SeriesResult> series)
    {
        var places = query.Fields.Index().ToDictionary(field => field.Item, field => field.Index);
        var own = series.Where(one => places.ContainsKey(one.Field));
        return query.Aggregation is null
            ? own.GroupBy(one => (one.Target, one.Labels)).SelectMany(same => same.OrderBy(one => places[one.Field]))
            : own.OrderBy(one => places[one.Field]);
    }

    private static (string?, string?, string, string, Aggregation?, string) SeriesOf(RangeQuery query) => (
        query.Filter.Target,
        query.Filter.Metric,
        string.Join('\n', (query.Filter.Labels ?? []).Select(label => label.ToString())),
        query.Globs.ToString(),
        query.Aggregation,
        string.Join('\n', query.GroupBy));

    // What is read differently for each function would be read once for all of them: those that summaries can answer stay apart from
    // others.
    private static IEnumerable<(IReadOnlyList<RangeQuery> Queries, RangeQuery Whole)> Merge(IReadOnlyList<RangeQuery> same) => same
        .GroupBy(query => string.Join(',', query.Fields.Select(field => RangeEvaluator.UseOf(field.Range)).Distinct().Order()))
        .Select(alike => ((IReadOnlyList<RangeQuery>)[.. alike],
            alike.First() with { Fields = [.. alike.SelectMany(query => query.Fields).Distinct()] }));

    private async Task<(IReadOnlyList<SeriesResult> Series, Exception? Failure)> ReadAsync(
        RangeQuery query, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        try
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                return (await query.AnswerAsync(reader, history, cancellationToken).ToListAsync(cancellationToken), null);
            }
            finally
            {
                places.Release();
            }
        }
        catch (Exception exception)
        {
            return ([], exception);
        }
    }
}
