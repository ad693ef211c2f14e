using System.Globalization;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Api.Series;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Api.Statements;

/// <summary>The text of a statement: <c>GET /api/v1/statements/{queryid}</c>.</summary>
internal static class StatementEndpoints
{
    /// <summary>The label of <c>statements</c> and <c>load</c> that names a statement.</summary>
    public const string QueryId = "queryid";

    private const string Metric = "statements";

    // More roles and databases than run one statement.
    private const int Most = 10_000;

    private static readonly string[] Columns = ["target", QueryId, "datname", "usename", "toplevel", "query", "firstSeen", "lastSeen"];

    private static readonly DeclaredParameter Id = new(
        QueryId, ParameterKind.Text, "Identifier of a normalised statement, as `queryid` in `statements`, `load` and `pg_stat_activity`.")
    {
        InPath = true,
        Required = true,
        Example = "-3416356442043621232",
    };

    private static readonly DeclaredParameter[] Declared = [Id, CommonParameters.Target, RowFormats.Parameter];

    /// <summary>Maps GET /statements/{queryid} below the group.</summary>
    public static RouteHandlerBuilder MapStatements(this IEndpointRouteBuilder api) => api.MapGet("/statements/{queryid}", GetAsync)
        .WithName("GetStatement")
        .WithTags("Series")
        .WithSummary("The text of a statement, and who runs it.")
        .WithDescription(
            "One item for each target, database and role that ran the statement while it was among those that are kept. PostgreSQL "
                + "computes the identifier; the same statement has another one in another database or on another major version. What "
                + "counted for it is in `statements` and `load`, with `label=queryid:...`.")
        .WithParameters(Declared)
        .ProducesFormats<Page<StatementResponse>>(new RowsExample(
            """
            {
              "items": [
                {
                  "target": "orders",
                  "queryid": "-3416356442043621232",
                  "datname": "app",
                  "usename": "web",
                  "toplevel": true,
                  "query": "SELECT * FROM orders WHERE customer = $1",
                  "firstSeen": "2026-01-30T08:00:00Z",
                  "lastSeen": "2026-01-31T12:00:00Z"
                }
              ],
              "nextCursor": null
            }
            """,
            Columns,
            [
                "orders", "-3416356442043621232", "app", "web", "true", "SELECT * FROM orders WHERE customer = $1", "2026-01-30T08:00:00Z",
                "2026-01-31T12:00:00Z",
            ]))
        .ProducesStoreProblems();

    private static async Task<IResult> GetAsync(
        string queryid, HttpRequest request, ISnapshotReader reader, CatalogIndex names, LatestSnapshots latest,
        TargetCollectors collectors, MetricCatalog catalog, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(request.Query, Declared);
        var target = parameters.Target(await names.WithHistoryAsync(request.Query, reader, cancellationToken));
        var format = RowFormats.Of(parameters, request);
        var shown = ParameterTexts.Shown(queryid);
        if (!long.TryParse(queryid, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            parameters.Refuse(Id, $"'{shown}' is not the identifier of a statement; write a whole number, such as {Id.Example}");
        }

        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var lastSeen = new LastSeen(latest);
        var id = number.ToString(CultureInfo.InvariantCulture);
        var found = await reader.FindSeriesAsync(
            new SeriesFilter(target, Metric, [new LabelMatcher(QueryId, id)]), 0, Most, cancellationToken);
        if (found.Count == 0)
        {
            parameters.Missing(
                Id,
                $"no statement with the identifier {id} was among those that are kept (Collection:TopRows); "
                    + $"/api/v1/series?metric={Metric} lists all");
            return parameters.Problem()!;
        }

        StatementResponse[] items = [.. found.Select(series => StatementResponse.Of(lastSeen.Show(series)))];
        return format is not null
            ? Rows(items).In(format)
            : TypedResults.Ok(new Page<StatementResponse>(items, null)
            {
                Notes = MissingTextNotes.Add(
                    null, Metric, catalog, collectors, found.Select(series => (series.Key.Target, Texts: series.Attributes))!),
            });
    }

    private static RowSet<StatementResponse> Rows(IReadOnlyList<StatementResponse> items) => new(
        items.ToAsyncEnumerable(),
        Columns,
        item => [[
            item.Target, item.Queryid, item.Datname, item.Usename, item.Toplevel ? "true" : "false", item.Query, item.FirstSeen,
            item.LastSeen]]);
}
