using System.Globalization;
using System.Runtime.CompilerServices;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.Json;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Api.Reads;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Query;
using MetricsCollector.Query.Resets;
using MetricsCollector.Security;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Queries;

/// <summary>Several computed ranges in one answer: <c>POST /api/v1/query</c>.</summary>
internal static class BatchEndpoints
{
    private const int Most = 50;

    // Rows have no place for a problem.
    private const string FailedHeader = "X-Failed-Queries";

    private const string BodyExample =
        """
        {
          "from": "-1h",
          "queries": [
            { "metric": "database", "field": "xact_commit", "groupBy": "datname" },
            { "metric": "load", "field": "active_seconds", "groupBy": ["wait_event_type", "wait_event"] }
          ]
        }
        """;

    private static readonly string[] Columns = ["query", "target", "metric", "field", "unit", "labels", "time", "value"];

    /// <summary>Maps POST /query below the group.</summary>
    public static RouteHandlerBuilder MapBatch(this IEndpointRouteBuilder api) => api.MapPost("/query", QueryAsync)
        .WithName("QueryRanges")
        .WithTags("Query")
        .WithSummary("Several queries over one range, such as all charts of a page.")
        .WithDescription($"""
            Up to {Most} queries, each with what the parameters of `GET /api/v1/query` mean, over one range and in steps of one length. The
            answers come in the order of the queries. A query that is wrong or fails has a `problem` and costs the others nothing.

            Queries of the same series read them once. `format=csv` has a column `query` with the number of the query, from 0; the numbers
            of wrong queries are in the header `{FailedHeader}`.
            """)
        .WithMetadata(new NeedsScope(Scope.Read))
        .WithParameters(RowFormats.Parameter)
        .Accepts<BatchRequest>("application/json")
        .WithMetadata(new RequestExample(BodyExample))
        .ProducesFormats<BatchResponse>(new RowsExample(
            """
            {
              "from": "2026-01-31T11:00:00Z",
              "to": "2026-01-31T12:00:00Z",
              "step": "1m",
              "results": [
                {
                  "series": [
                    {
                      "target": "orders",
                      "metric": "database",
                      "field": "xact_commit",
                      "fn": "rate",
                      "unit": "transactions/s",
                      "labels": { "datname": "app" },
                      "points": [["2026-01-31T11:00:00Z", 12.5]],
                      "resets": [],
                      "gaps": []
                    }
                  ]
                }
              ]
            }
            """,
            Columns,
            ["0", "orders", "database", "xact_commit", "transactions/s", """{"datname":"app"}""", "2026-01-31T11:00:00Z", 12.5]))
        .WithProblem(StatusCodes.Status413PayloadTooLarge, "Payload Too Large", JsonBody.TooLarge)
        .WithProblem(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type", JsonBody.NoJson)
        .ProducesStoreProblems();

    private static async Task<IResult> QueryAsync(
        HttpContext context, ISnapshotReader reader, ServerHistory history, CatalogIndex names, TargetCollectors collectors,
        ReadTurns turns, TimeProvider clock, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(context.Request.Query, RowFormats.Parameter);
        var format = RowFormats.Of(parameters, context.Request);
        var errors = new ParameterErrors();
        var (body, refused) = await JsonBody.ReadAsync<BatchRequest>(context, BodyExample, errors, cancellationToken);
        if ((parameters.Problem() ?? refused) is { } wrong)
        {
            return wrong;
        }

        var queries = body?.Queries ?? [];
        if (queries.Count is 0 or > Most || queries.Any(query => query is null))
        {
            errors.Refuse("queries", $"has {queries.Count} queries; write 1 to {Most}, for example {BodyExample}");
            return errors.Problem()!;
        }

        var now = clock.GetUtcNow();
        var asked = await AskedQuery.ReadAllAsync(body!, names, reader, now, cancellationToken);
        if (asked.All(query => query.Question is null))
        {
            // Nothing is left to answer: what all have in common may be wrong.
            return asked[0].Problem!;
        }

        return await turns.TakeAsync(context, ReadKind.Samples, asked.Select(query => query.Parameters), async () =>
        {
            var results = await PrefetchedStream.StartAsync(
                AnswerAsync(asked, reader, history, collectors, cancellationToken), context.Response, cancellationToken);
            if (format is not null)
            {
                context.Response.Headers[FailedHeader] = string.Join(
                    ',', asked.Index().Where(query => query.Item.Question is null).Select(query => query.Index));
                return Rows(results).In(format);
            }

            var range = asked.First(query => query.Question is not null).Question!.Range;
            var steps = asked.FirstOrDefault(query => query.HasSteps)?.Question!.Range.Step;
            return TypedResults.Ok(new BatchResponse(
                range.From, range.To, steps is { } step ? new Duration(step).ToString() : null, results));
        });
    }

    private static async IAsyncEnumerable<BatchResultResponse> AnswerAsync(
        IReadOnlyList<AskedQuery> asked, ISnapshotReader reader, ServerHistory history, TargetCollectors collectors,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answers = new BatchAnswer(reader, history).AnswerAsync([.. asked.Select(query => query.Question)], cancellationToken);
        var (next, answered) = (0, false);
        await foreach (var (series, failure) in answers.WithCancellation(cancellationToken))
        {
            var query = asked[next++];
            switch (failure)
            {
                case null:
                    answered |= query.Question is not null;
                    yield return new BatchResultResponse([.. series.Select(QuerySeriesResponse.Of)])
                    {
                        Problem = query.Problem?.ProblemDetails,
                        Notes = query.Question is { } question ? PresetNotes.Of(question.Filter, collectors, []) : null,
                    };
                    break;
                case StoreUnavailableException when answered:
                    yield return new BatchResultResponse([])
                    {
                        Problem = TypedResults.Problem(failure.Message, statusCode: StatusCodes.Status503ServiceUnavailable).ProblemDetails,
                    };
                    break;
                default:
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
                    break;
            }
        }
    }

    // Series of different metrics have different labels, so they are JSON.
    private static RowSet<BatchResultResponse> Rows(IAsyncEnumerable<BatchResultResponse> results)
    {
        var number = -1;
        return new RowSet<BatchResultResponse>(results, Columns, result =>
        {
            number++;
            var query = number.ToString(CultureInfo.InvariantCulture);
            return result.Series.SelectMany(one => one.Points, (one, point) => (Cell[])
            [
                query, one.Target, one.Metric, one.Field, one.Unit, WireJson.Text(one.Labels), point.At, point.Value,
            ]);
        });
    }
}
