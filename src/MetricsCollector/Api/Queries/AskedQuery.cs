using MetricsCollector.Api.Http;
using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Queries;

/// <summary>One query of a batch after its check: a question, or what is wrong with it.</summary>
/// <param name="Parameters">What was asked, as a query string.</param>
/// <param name="Question">The question; null when something is wrong.</param>
/// <param name="Problem">What is wrong; null when nothing is.</param>
internal sealed record AskedQuery(IQueryCollection Parameters, RangeQuery? Question, ProblemHttpResult? Problem)
{
    // All of a query but what only shapes the answer.
    private static readonly DeclaredParameter[] Declared =
        [.. QueryParameters.Declared.Where(parameter => parameter != Formats.RowFormats.Parameter)];

    /// <summary>Whether its answer has steps.</summary>
    public bool HasSteps => Question is { Range.Function: not (RangeFunction.Raw or RangeFunction.Predict) };

    /// <summary>Checks all queries of a batch. Where no step is given, the longest that one would have by itself is that of all.</summary>
    public static async Task<IReadOnlyList<AskedQuery>> ReadAllAsync(
        BatchRequest batch, CatalogIndex names, ISnapshotReader reader, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var asked = await ReadAsync(batch, null, names, reader, now, cancellationToken);
        TimeSpan[] steps = [.. asked.Where(query => query.HasSteps).Select(query => query.Question!.Range.Step).Distinct()];
        return batch.Step is null && steps.Length > 1 ? await ReadAsync(batch, steps.Max(), names, reader, now, cancellationToken) : asked;
    }

    private static async Task<IReadOnlyList<AskedQuery>> ReadAsync(
        BatchRequest batch, TimeSpan? step, CatalogIndex names, ISnapshotReader reader, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var asked = new List<AskedQuery>();
        foreach (var query in batch.Queries!)
        {
            var given = query.ToParameters(batch, step);
            var parameters = new Parameters(given, Declared);
            var question = QueryParameters.Read(parameters, await names.WithHistoryAsync(given, reader, cancellationToken), now);
            asked.Add(new AskedQuery(given, parameters.Problem() is null ? question : null, parameters.Problem()));
        }

        return asked;
    }
}
