using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Queries;

/// <summary>Computed ranges.</summary>
internal static class QueryEndpoints
{
    /// <summary>Maps GET /query below the group.</summary>
    public static RouteHandlerBuilder MapQuery(this IEndpointRouteBuilder api) => api.MapGet("/query", QueryAsync)
        .WithName("QueryRange")
        .WithTags("Query")
        .WithSummary("Fields over time: rates, deltas, means, percentiles.")
        .WithDescription("""
            Every series has one point per step, `[time, value]`, null where nothing was read; the time is the start of the step. The
            range includes both its ends; its first and last step may be partial.

            `rate` is the sum of the increases whose later sample lies in the step, over the seconds they span; `delta` is that sum. A
            counter that drops was reset: the new value counts, and `resets` says when and why. One that has grown past its old value
            again was reset where other evidence says so: a `stats_reset` that only moves with its whole row; that of a database, if
            another counter of the database dropped; a crash of the server, which the shared views tell of. A database that was reset and
            in which nothing dropped goes on: its reset cannot be told from that of one table. A failover to another server counts nowhere
            and is listed too.

            What a counter did between the last sample before `from` and the first one inside counts, unless that last sample is null.
            Samples more than three intervals apart have a gap between them, which counts nowhere; `gaps` says why. `p50`, `p95` and `p99`
            are those of PostgreSQL's `percentile_cont`. Values that JSON lacks (NaN and the infinities) are ignored.

            `predict` gives one point at `to` + `horizon`, and `forecast` the line it rests on: from which to which sample, how many, the
            slope per day, the share of the variance that the line explains (`rSquared`), and `crossesAt`, when it reaches `limit`.
            """)
        .WithParameters(QueryParameters.Declared)
        .ProducesFormats<QueryResponse>(new RowsExample(
            """
            {
              "from": "2026-01-31T11:00:00Z",
              "to": "2026-01-31T11:03:00Z",
              "step": "1m",
              "fn": "rate",
              "series": [
                {
                  "target": "orders",
                  "metric": "database",
                  "field": "xact_commit",
                  "fn": "rate",
                  "unit": "transactions/s",
                  "labels": { "datname": "app" },
                  "points": [
                    ["2026-01-31T11:00:00Z", 12.5],
                    ["2026-01-31T11:01:00Z", 13.25],
                    ["2026-01-31T11:02:00Z", 0.5],
                    ["2026-01-31T11:03:00Z", null]
                  ],
                  "resets": [{ "at": "2026-01-31T11:02:07Z", "reason": "restart" }],
                  "gaps": []
                }
              ]
            }
            """,
            ["target", "metric", "field", "unit", "datname", "time", "value"],
            ["orders", "database", "xact_commit", "transactions/s", "app", "2026-01-31T11:00:00Z", 12.5]))
        .ProducesStoreProblems();

    private static async Task<IResult> QueryAsync(
        HttpContext context, ISnapshotReader reader, ServerHistory history, CatalogIndex names,
        TargetCollectors collectors, TimeProvider clock, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(context.Request.Query, QueryParameters.Declared);
        var known = await names.WithHistoryAsync(context.Request.Query, reader, cancellationToken);
        var format = RowFormats.Of(parameters, context.Request);
        var query = QueryParameters.Read(parameters, known, clock.GetUtcNow());
        if (query is null || parameters.Problem() is not null)
        {
            return parameters.Problem()!;
        }

        var range = query.Range;
        var series = await PrefetchedStream.StartAsync(
            query.AnswerAsync(reader, history, cancellationToken).Select(QuerySeriesResponse.Of), context.Response, cancellationToken);
        if (format is not null)
        {
            var labels = query.Aggregation is null
                ? known.Metrics[query.Filter.Metric!].Labels
                : query.GroupBy.Where(name => name != SeriesAggregation.TargetName);
            return Rows(series, [.. labels]).In(format);
        }

        var step = range.Function is RangeFunction.Raw or RangeFunction.Predict ? null : new Duration(range.Step).ToString();
        RangeFunction? function = query.Fields.All(field => field.Range.Function == range.Function) ? range.Function : null;
        return TypedResults.Ok(new QueryResponse(range.From, range.To, step, function, series)
        {
            Notes = PresetNotes.Of(query.Filter, collectors, []),
        });
    }

    private static RowSet<QuerySeriesResponse> Rows(IAsyncEnumerable<QuerySeriesResponse> series, string[] labels) => new(
        series,
        ["target", "metric", "field", "unit", .. labels, "time", "value"],
        one => one.Points.Select(point => (Cell[])
        [
            one.Target, one.Metric, one.Field, one.Unit, .. labels.Select(label => (Cell)one.Labels[label]), point.At, point.Value,
        ]));
}
