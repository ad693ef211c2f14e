using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.Json;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Query;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Forecasts;

/// <summary>When something is full: <c>GET /api/v1/targets/{target}/forecast</c>.</summary>
internal static class ForecastEndpoints
{
    private static readonly string[] Columns =
    [
        "name", "labels", "unit", "last", "predicted", "perDay", "limit", "crossesAt", "fitFrom", "fitTo", "samples", "rSquared", "reason",
    ];

    private static readonly DeclaredParameter Target =
        CommonParameters.Target with { InPath = true, Required = true, Description = "Name of a target.", Example = "demo" };

    private static readonly DeclaredParameter From = CommonParameters.From with
    {
        Default = "-7d",
        Description = "Start of the history that the predictions rest on, as in `/api/v1/query`.",
    };

    private static readonly DeclaredParameter Horizon = new(
        "horizon", ParameterKind.Duration, $"How far behind `to` to look: {Duration.Forms}.")
    {
        Default = "14d",
    };

    private static readonly DeclaredParameter[] Declared = [Target, From, CommonParameters.To, Horizon, RowFormats.Parameter];

    /// <summary>Maps GET /targets/{target}/forecast below the group.</summary>
    public static RouteHandlerBuilder MapForecast(this IEndpointRouteBuilder api) => api.MapGet("/targets/{target}/forecast", GetAsync)
        .WithName("ForecastTarget")
        .WithTags("Query")
        .WithSummary("When something is full: sizes, transaction ids, sequences.")
        .WithDescription($"""
            The line of least squares through the history of each database's size, the WAL directory, the age of transaction and multixact
            ids (as a share of the 2^31 at which PostgreSQL takes no more) and the used part of each sequence: its value at `horizon`, its
            slope, and `crossesAt`, when it reaches the limit. What a vacuum or `setval` has set back is predicted from what follows.

            `fit` says which samples the line rests on and which share of the variance it explains. Where the history is shorter than a
            {TargetForecast.LeastPart}th of the horizon, `reason` says how much is missing. `/api/v1/query` with `fn=predict` predicts any
            other gauge.
            """)
        .WithParameters(Declared)
        .ProducesFormats<ForecastResponse>(new RowsExample(
            """
            {
              "target": "orders",
              "from": "2026-01-24T12:00:00Z",
              "to": "2026-01-31T12:00:00Z",
              "at": "2026-02-14T12:00:00Z",
              "items": [
                {
                  "name": "transactionIds",
                  "metric": "database_age",
                  "field": "xid_wraparound_share",
                  "unit": "ratio",
                  "labels": { "datname": "app" },
                  "last": 0.093,
                  "predicted": 0.31,
                  "perDay": 0.0155,
                  "limit": 1,
                  "crossesAt": "2026-03-31T00:05:00Z",
                  "fit": { "from": "2026-01-24T12:04:00Z", "to": "2026-01-31T11:59:00Z", "samples": 2016, "rSquared": 0.998 },
                  "reason": null
                }
              ]
            }
            """,
            Columns,
            [
                "transactionIds", """{"datname":"app"}""", "ratio", 0.093, 0.31, 0.0155, 1, "2026-03-31T00:05:00Z", "2026-01-24T12:04:00Z",
                "2026-01-31T11:59:00Z", 2016, 0.998, (string?)null,
            ]))
        .ProducesStoreProblems();

    private static async Task<IResult> GetAsync(
        string target, HttpRequest request, ISnapshotReader reader, ServerHistory history, CatalogIndex names,
        TargetCollectors collectors, TimeProvider clock, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(request.Query, Declared);
        var now = clock.GetUtcNow();
        var (from, to) = parameters.Range(now, From);
        var horizon = parameters.Duration(Horizon);
        var format = RowFormats.Of(parameters, request);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var known = await names.WithHistoryAsync(request.Query, reader, cancellationToken);
        if (!known.Targets.Contains(target))
        {
            return Unknown.Problem("target", target, known.Targets);
        }

        var forecast = new TargetForecast(target, from, to, horizon!.Value);
        var items = await forecast.AnswerAsync(reader, history, cancellationToken)
            .Select(one => ForecastItemResponse.Of(one.Subject, one.Series, forecast.Problem(one.Series.Forecast)))
            .OrderBy(item => item.CrossesAt is null)
            .ThenBy(item => item.CrossesAt)
            .ToListAsync(cancellationToken);
        if (format is not null)
        {
            return Rows(items).In(format);
        }

        List<string> notes =
        [
            .. TargetForecast.Subjects.Select(subject => subject.Metric).Distinct()
                .SelectMany(metric => PresetNotes.Of(new SeriesFilter(target, metric), collectors, []) ?? []),
        ];
        return TypedResults.Ok(new ForecastResponse(target, from, to, to + horizon.Value, items)
        {
            Notes = notes.Count == 0 ? null : notes,
        });
    }

    private static RowSet<ForecastItemResponse> Rows(IReadOnlyList<ForecastItemResponse> items) => new(
        items.ToAsyncEnumerable(),
        Columns,
        item => [[
            item.Name, WireJson.Text(item.Labels), item.Unit, item.Last, item.Predicted, item.PerDay, item.Limit, Time(item.CrossesAt),
            Time(item.Fit?.From), Time(item.Fit?.To), (double?)item.Fit?.Samples, item.Fit?.RSquared, item.Reason]]);

    private static Cell Time(DateTimeOffset? at) => at is { } instant ? instant : (string?)null;
}
