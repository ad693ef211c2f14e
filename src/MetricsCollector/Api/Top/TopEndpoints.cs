using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Query;
using MetricsCollector.Query.Resets;
using MetricsCollector.Query.Top;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Top;

/// <summary>Which series did most in a range: <c>GET /api/v1/top</c>.</summary>
internal static class TopEndpoints
{
    /// <summary>Maps GET /top below the group.</summary>
    public static void MapTop(this IEndpointRouteBuilder api) => api.MapGet("/top", TopAsync)
        .WithName("Top")
        .WithTags("Query")
        .WithSummary("Which statements, tables or databases did most in a range, and all others together.")
        .WithDescription("""
            The most active series of a metric, or groups of series with `by`: of counters the increase over the range, per second and per
            call, over resets and without gaps as in `/api/v1/query`; of gauges the last value. `share` is the part of the whole.
            `remainder` is what all that have no row did together, so rows and remainder add up to `whole`.

            `metric=statements&fields=total_exec_time,calls` tells which statements took the most time, with their texts in `attributes`.
            `by=datname` makes one row for each database. `compare=-7d` adds what each row did a week before. Rows in which no counter moved
            are left out. Formats other than `json` have the remainder as their last row, marked in `part`.
            """)
        .WithParameters(TopParameters.Declared)
        .ProducesFormats<TopResponse>(Example)
        .ProducesStoreProblems();

    private static RowsExample Example { get; } = new(
        """
        {
          "from": "2026-01-31T11:00:00Z",
          "to": "2026-01-31T12:00:00Z",
          "previous": { "from": "2026-01-24T11:00:00Z", "to": "2026-01-24T12:00:00Z" },
          "order": "xact_commit:increase",
          "items": [
            {
              "part": "row",
              "target": "orders",
              "labels": { "datname": "app" },
              "groups": 1,
              "fields": [
                {
                  "field": "xact_commit",
                  "unit": "transactions",
                  "increase": 43200,
                  "perSecond": 12,
                  "perCall": null,
                  "last": null,
                  "share": 0.96,
                  "previous": { "increase": 36000, "perSecond": 10, "perCall": null, "last": null }
                }
              ],
              "resets": [{ "at": "2026-01-31T11:02:07Z", "reason": "restart" }],
              "gaps": [],
              "attributes": { "datid": "16384" }
            }
          ],
          "remainder": {
            "part": "remainder",
            "target": null,
            "labels": {},
            "groups": 2,
            "fields": [
              {
                "field": "xact_commit",
                "unit": "transactions",
                "increase": 1800,
                "perSecond": 0.5,
                "perCall": null,
                "last": null,
                "share": 0.04,
                "previous": { "increase": 1800, "perSecond": 0.5, "perCall": null, "last": null }
              }
            ]
          },
          "whole": {
            "part": "whole",
            "target": null,
            "labels": {},
            "groups": 3,
            "fields": [
              {
                "field": "xact_commit",
                "unit": "transactions",
                "increase": 45000,
                "perSecond": 12.5,
                "perCall": null,
                "last": null,
                "share": 1,
                "previous": { "increase": 37800, "perSecond": 10.5, "perCall": null, "last": null }
              }
            ]
          }
        }
        """,
        TopRows.Columns(["datname"]),
        [
            "row", "orders", "app", 1, "xact_commit", "transactions", 43200, 12, default, default, 0.96, 36000, 10, default, default,
            """{"datid":"16384"}""",
        ]);

    private static async Task<IResult> TopAsync(
        HttpContext context, ISnapshotReader reader, ServerHistory history, CatalogIndex names,
        TargetCollectors collectors, CollectionBroadcaster feed, MetricCatalog catalog, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var parameters = new Parameters(context.Request.Query, TopParameters.Declared);
        var known = await names.WithHistoryAsync(context.Request.Query, reader, cancellationToken);
        var format = RowFormats.Of(parameters, context.Request);
        var now = clock.GetUtcNow();
        var input = TopParameters.Read(
            parameters,
            known,
            now,
            target => feed.SettledUntil(collectors.All.Where(one => target is null || one.Target.Name == target), now));
        if (input is null || parameters.Problem() is not null)
        {
            return parameters.Problem()!;
        }

        var result = await input.AnswerAsync(reader, history, cancellationToken);
        var answer = TopResponse.Of(input, result);
        return format is null
            ? TypedResults.Ok(answer with { Notes = Notes(input, result, answer, catalog, collectors) })
            : TopRows.Of(answer, LabelsOf(input, known)).In(format);
    }

    /// <summary>The labels that rows have.</summary>
    public static IReadOnlyList<string> LabelsOf(TopQuery query, CatalogNames known) =>
        query.By is { } by
            ? [.. by.Where(label => label != SeriesAggregation.TargetName)]
            : known.Metrics[query.Question.Filter.Metric!].Labels;

    private static IReadOnlyList<string>? Notes(
        TopQuery query, TopResult result, TopResponse answer, MetricCatalog catalog, TargetCollectors collectors) =>
        MissingTextNotes.Add(
            PresetNotes.Of(query.Question.Filter, collectors, result.Targets),
            query.Question.Filter.Metric,
            catalog,
            collectors,
            query.By is null ? answer.Items.Select(item => (item.Target!, Texts: item.Attributes)) : []);
}
