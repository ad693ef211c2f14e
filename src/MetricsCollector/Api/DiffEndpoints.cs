using MetricsCollector.Query;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api;

/// <summary>What changed between two instants: <c>GET /api/v1/diff</c>.</summary>
internal static class DiffEndpoints
{
    private static readonly DeclaredParameter Metric = CommonParameters.Metric with
    {
        Required = true,
        Example = "database",
        Description = "Name of a metric, as `/api/v1/metrics` lists it.",
    };

    private static readonly DeclaredParameter[] Declared =
        [CommonParameters.Target, Metric, CommonParameters.From, CommonParameters.To, CommonParameters.Label, CommonParameters.Limit];

    /// <summary>Maps GET /diff below the group.</summary>
    public static void MapDiff(this IEndpointRouteBuilder api) => api.MapGet("/diff", DiffAsync)
        .WithName("Diff")
        .WithTags("Query")
        .WithSummary("What each counter did between two instants.")
        .WithDescription("""
            The increase of every counter of a metric between two instants, over resets and without gaps as in `/api/v1/query`, and its rate over the seconds
            that were seen. What has moved most comes first, measured against all series of its field: `share` is the part of the field's whole increase.
            Counters that did not move are left out.
            """)
        .WithParameters(Declared)
        .Produces<DiffResponse>()
        .ProducesStoreProblems()
        .WithExample("""
            {
              "from": "2026-01-31T11:00:00Z",
              "to": "2026-01-31T12:00:00Z",
              "items": [
                {
                  "target": "orders",
                  "field": "xact_commit",
                  "unit": "transactions",
                  "labels": { "datname": "app" },
                  "increase": 43200,
                  "perSecond": 12,
                  "share": 0.98,
                  "resets": [{ "at": "2026-01-31T11:02:07Z", "reason": "restart" }]
                }
              ]
            }
            """);

    private static async Task<Results<Ok<DiffResponse>, ProblemHttpResult>> DiffAsync(
        HttpRequest request, ISnapshotReader reader, ServerHistory history, KnownNames names, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var parameters = new Parameters(request.Query, Declared);
        var metric = parameters.Metric(names.Current());
        var filter = new SeriesFilter(parameters.Target(names.Current()), metric?.Name, parameters.Labels(metric));
        var globs = parameters.Globs();
        var (from, to) = parameters.Range(now);
        var limit = parameters.Int(CommonParameters.Limit);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var counters = metric!.Fields.Where(field => field.Kind == FieldKind.Counter).ToList();
        var items = counters.Count == 0 ? [] : await ReadAsync(Question(counters), Question(counters, RangeFunction.Rate));
        return TypedResults.Ok(new DiffResponse(from, to, [.. items.Take(limit)]));

        QueryInput Question(List<Field> fields, RangeFunction function = RangeFunction.Delta)
        {
            // One step as long as time: the whole range is one point.
            var step = TimeSpan.FromDays(366 * 9000);
            return new QueryInput(filter, globs, [.. fields.Select(field => new FieldRange(field, new RangeRequest(from, to, step, function, field.Kind, metric.Interval.Value)))], null, [])
            {
                Resets = metric.Resets,
            };
        }

        async Task<IReadOnlyList<DiffItemResponse>> ReadAsync(QueryInput deltas, QueryInput rates)
        {
            var moved = new List<DiffItemResponse>();
            var rate = rates.AnswerAsync(reader, history, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var rateOf = rate;
            await foreach (var delta in deltas.AnswerAsync(reader, history, cancellationToken))
            {
                var perSecond = await rate.MoveNextAsync() ? rate.Current.Points[0].Value : null;
                if (delta.Points[0].Value is { } increase and not 0)
                {
                    moved.Add(new DiffItemResponse(delta.Target!, delta.Field, delta.Unit, delta.Labels, increase, perSecond, 0, delta.Resets));
                }
            }

            var whole = moved.GroupBy(item => item.Field).ToDictionary(group => group.Key, group => group.Sum(item => item.Increase));
            return [.. moved.Select(item => item with { Share = item.Increase / whole[item.Field] }).OrderByDescending(item => item.Share).ThenByDescending(item => item.Increase)];
        }
    }
}
