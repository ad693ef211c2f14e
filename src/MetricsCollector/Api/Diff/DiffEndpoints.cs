using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.Json;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Query.Resets;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Diff;

/// <summary>What changed between two instants: <c>GET /api/v1/diff</c>.</summary>
internal static class DiffEndpoints
{
    // Lines have no place for it.
    private const string LeftOutHeader = "X-Left-Out";

    /// <summary>Maps GET /diff below the group.</summary>
    public static void MapDiff(this IEndpointRouteBuilder api) => api.MapGet("/diff", DiffAsync)
        .WithName("Diff")
        .WithTags("Query")
        .WithSummary("What each counter did between two instants.")
        .WithDescription("""
            The increase of every counter of a metric between two instants, over resets and without gaps as in `/api/v1/query`, and its
            rate over the seconds that were seen. What has moved most comes first, measured against all series of its field: `share` is
            the part of the field's whole increase. Counters that did not move are left out.

            With `field` or `order` there is one item for each series, ordered by the increase of one counter:
            `field=total_exec_time,calls` of `statements` tells which statements took the most time. `field`, `increase` and the rest of
            the item are those of the counter that orders; `fields` has all. `attributes` has the texts that are known of the series, such
            as that of a statement.
            """)
        .WithParameters(DiffParameters.Declared)
        .ProducesFormats<DiffResponse>(new RowsExample(
            """
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
                  "resets": [{ "at": "2026-01-31T11:02:07Z", "reason": "restart" }],
                  "gaps": [],
                  "attributes": { "datid": "16384" }
                }
              ],
              "leftOut": 0,
              "nextCursor": null
            }
            """,
            ["target", "field", "unit", "datname", "increase", "perSecond", "share", "attributes"],
            ["orders", "xact_commit", "transactions", "app", 43200, 12, 0.98, """{"datid":"16384"}"""]))
        .ProducesStoreProblems();

    private static async Task<IResult> DiffAsync(
        HttpContext context, ISnapshotReader reader, ServerHistory history, CatalogIndex names,
        TargetCollectors collectors, CollectionBroadcaster feed, MetricCatalog catalog, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var parameters = new Parameters(context.Request.Query, DiffParameters.Declared);
        var known = await names.WithHistoryAsync(context.Request.Query, reader, cancellationToken);
        var format = RowFormats.Of(parameters, context.Request);
        var now = clock.GetUtcNow();
        var input = DiffParameters.Read(
            parameters,
            known,
            now,
            target => feed.SettledUntil(collectors.All.Where(one => target is null || one.Target.Name == target), now));
        if (input is null || parameters.Problem() is not null)
        {
            return parameters.Problem()!;
        }

        var answer = DiffResponse.Of(await input.AnswerAsync(reader, history, cancellationToken));
        if (format is null)
        {
            return TypedResults.Ok(answer with
            {
                Notes = MissingTextNotes.Add(
                    PresetNotes.Of(input.Question.Filter, collectors, [.. answer.Items.Select(item => item.Target)]),
                    input.Question.Filter.Metric,
                    catalog,
                    collectors,
                    answer.Items.DistinctBy(item => (item.Target, item.Labels)).Select(item => (item.Target, Texts: item.Attributes))!),
            });
        }

        context.Response.Headers[LeftOutHeader] = answer.LeftOut.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return (Rows(answer.Items, known.Metrics[input.Question.Filter.Metric!].Labels) with { NextCursor = answer.NextCursor }).In(format);
    }

    // A row for each counter; attributes differ from metric to metric, so they are JSON.
    private static RowSet<DiffItemResponse> Rows(IReadOnlyList<DiffItemResponse> items, IReadOnlyList<string> labels) => new(
        items.ToAsyncEnumerable(),
        ["target", "field", "unit", .. labels, "increase", "perSecond", "share", "attributes"],
        item => (item.Fields ?? [Only(item)]).Select(field => (Cell[])
        [
            item.Target, field.Field, field.Unit, .. labels.Select(label => (Cell)item.Labels[label]),
            field.Increase, field.PerSecond, field.Share, WireJson.Text(item.Attributes),
        ]));

    private static DiffFieldResponse Only(DiffItemResponse item) =>
        new(item.Field, item.Unit, item.Increase, item.PerSecond, item.Share, item.Resets, item.Gaps);
}
