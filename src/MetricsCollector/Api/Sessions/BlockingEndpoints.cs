using System.Globalization;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Query;
using MetricsCollector.Query.Blocking;
using MetricsCollector.Security;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Sessions;

/// <summary>Who waits for whom, now and then: <c>GET /api/v1/targets/{target}/blocking</c>.</summary>
internal static class BlockingEndpoints
{
    // Lines have no place for them.
    private const string CollectedAtHeader = "X-Collected-At";
    private const string OutcomeHeader = "X-Outcome";

    // What the file of the metric says, for a target of which nothing is recorded.
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(15);

    private const string Example = """
        {
          "target": "orders",
          "collectedAt": "2026-01-31T12:00:00Z",
          "stored": false,
          "outcome": "ok",
          "reason": null,
          "waiting": 1,
          "items": [
            {
              "depth": 1,
              "pid": 4712,
              "preparedTransaction": null,
              "parent": 4711,
              "waitsFor": [4711],
              "blocks": 0,
              "inCycle": false,
              "database": "app",
              "role": "web",
              "application": "checkout",
              "state": "active",
              "waitSeconds": 61.5,
              "waitsSince": "2026-01-31T11:58:58.5Z",
              "lockType": "transactionid",
              "mode": "ShareLock",
              "relation": "stock",
              "transactionSeconds": 61.5,
              "stateSeconds": null,
              "queryId": "-116704602460813593",
              "query": "UPDATE stock SET amount = amount - 1 WHERE id = 1"
            }
          ]
        }
        """;

    private static readonly DeclaredParameter Name =
        CommonParameters.Target with { InPath = true, Required = true, Description = "Name of a target.", Example = "demo" };

    private static readonly DeclaredParameter At = new(
        "at", ParameterKind.Time,
        $"The time of which to tell, from the store: {TimeExpression.Forms}. The server is asked now when left out.");

    private static readonly DeclaredParameter[] Declared = [Name, At, RowFormats.Parameter];

    /// <summary>Maps GET /targets/{target}/blocking below the group.</summary>
    public static void MapBlocking(this IEndpointRouteBuilder api) => api.MapGet("/targets/{target}/blocking", GetAsync)
        .WithName("GetBlocking")
        .WithTags("Sessions")
        .WithSummary("Who waits for whom, now or at a time.")
        .WithDescription("""
            The sessions that wait for a lock, and those that they wait for, as a tree: an item of `depth` 0 does not wait, and each item
            is followed by those that stand under it. A session that waits for several others stands once, under the one that waits
            deepest; `waitsFor` has all of them. Process 0 is a prepared transaction.

            Without `at` the server is asked at once, as `/sessions` does, which needs the scope `collect`. With `at` the answer comes from
            what `lock_waits` stored: `collectedAt` is the time of the collection, at most three intervals before `at`. No items then mean
            that nobody waited; where nothing was collected, the answer is 404 and says what there is. `X-Collected-At` and `X-Outcome` say
            the same where the format has no place for it.
            """)
        .WithMetadata(new NeedsScope(Scope.Collect) { UnlessParameter = At.Name })
        .WithParameters(Declared)
        .ProducesFormats<BlockingResponse>(new RowsExample(
            Example,
            BlockingNodeResponse.Columns,
            [
                1, 4712, default, 4711, "4711", 0, "false", "app", "web", "checkout", "active", 61.5, "2026-01-31T11:58:58.5Z",
                "transactionid", "ShareLock", "stock", 61.5, default, "-116704602460813593",
                "UPDATE stock SET amount = amount - 1 WHERE id = 1",
            ]))
        .ProducesParameterProblems()
        .WithProblem(StatusCodes.Status429TooManyRequests, CollectRateLimit.Title, CollectRateLimit.Example)
        .WithProblem(StatusCodes.Status503ServiceUnavailable, LiveActivity.UnreachableTitle, LiveActivity.UnreachableExample);

    private static async Task<IResult> GetAsync(
        string target, HttpContext context, TargetCollectors collectors, ISnapshotReader reader, CollectRateLimit limit,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(context.Request.Query, Declared);
        var at = parameters.Time(At, time.GetUtcNow());
        var format = RowFormats.Of(parameters, context.Request);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var collector = collectors.Find(target);
        if (collector is null
            && (at is null || await reader.FindSeriesAsync(new SeriesFilter(target), 0, 1, cancellationToken) is []))
        {
            return Unknown.Problem("target", target, collectors.All.Select(known => known.Target.Name));
        }

        Snapshot? snapshot;
        if (at is { } instant)
        {
            var interval = collector?.Plan.Metrics.GetValueOrDefault(LockWaits.Metric)?.Interval ?? UsualInterval;
            (snapshot, var reason) = await StoredBlocking.ReadAsync(reader, target, instant, interval, cancellationToken);
            if (snapshot is null)
            {
                parameters.Missing(At, reason!);
                return parameters.Problem()!;
            }
        }
        else
        {
            var (reading, failed) = await LiveActivity.ReadAsync(collector!, context.Response, limit, cancellationToken);
            if (reading is null)
            {
                return failed!;
            }

            snapshot = reading.Waits;
        }

        return Shown(BlockingResponse.From(snapshot, stored: at is not null), format, context.Response);
    }

    private static IResult Shown(BlockingResponse answer, IRowFormat? format, HttpResponse response)
    {
        if (format is null)
        {
            return TypedResults.Ok(answer);
        }

        response.Headers[CollectedAtHeader] = answer.CollectedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        response.Headers[OutcomeHeader] = answer.Outcome.ToString().ToLowerInvariant();
        return new RowSet<BlockingNodeResponse>(
            answer.Items.ToAsyncEnumerable(), BlockingNodeResponse.Columns, node => [node.ToRow()]).In(format);
    }
}
