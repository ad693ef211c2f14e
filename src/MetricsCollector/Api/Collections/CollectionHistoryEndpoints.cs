using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Collections;

/// <summary>Which collections ran, and how they ended.</summary>
internal static class CollectionHistoryEndpoints
{
    private const string Example = """
        {
          "id": "019c1414-7a00-7000-8000-000000000001",
          "target": "orders",
          "trigger": "schedule",
          "startedAt": "2026-01-31T12:00:00Z",
          "finishedAt": "2026-01-31T12:00:00.021Z",
          "durationMs": 21,
          "status": "partial",
          "unreachable": null,
          "roundTrips": 1,
          "outcomes": [
            { "metric": "database", "outcome": "ok", "reason": null, "sqlState": null, "durationMs": 1.4, "rows": 3, "rowsLeftOut": 0 },
            {
              "metric": "statements",
              "outcome": "failed",
              "reason": "canceling statement due to statement timeout",
              "sqlState": "57014",
              "durationMs": 10000,
              "rows": 0,
              "rowsLeftOut": 0
            }
          ]
        }
        """;

    private const string Latest = "latest";

    private static readonly DeclaredParameter Id = new(
        "id", ParameterKind.Text, "Id of a collection, a UUID as `/api/v1/collections` lists it, or `latest` for the newest.")
    {
        InPath = true,
        Example = Latest,
    };

    private static readonly DeclaredParameter[] Declared = [CommonParameters.Target, CommonParameters.Limit, CommonParameters.Cursor];

    /// <summary>Maps GET /collections and GET /collections/{id} below the group.</summary>
    public static void MapCollectionHistory(this IEndpointRouteBuilder api)
    {
        api.MapGet("/collections", ListAsync)
            .WithName("ListCollections")
            .WithTags("Collections")
            .WithSummary("Which collections ran, newest first.")
            .WithDescription("A collection is one run over the metrics of one target that were due. Every metric of it has an outcome.")
            .WithParameters(Declared)
            .ProducesStoreProblems()
            .WithExample($$"""{ "items": [{{Example}}], "nextCursor": null }""");
        api.MapGet("/collections/{id}", GetAsync)
            .WithName("GetCollection")
            .WithTags("Collections")
            .WithSummary("How one collection ended.")
            .WithDescription(
                "The outcome of every metric of one collection. The rows it read are under `/api/v1/snapshots` at its `startedAt`.")
            .WithParameters(Id)
            .ProducesStoreProblems()
            .WithExample(Example);
    }

    private static async Task<Results<Ok<Page<CollectionResponse>>, ProblemHttpResult>> ListAsync(
        HttpRequest request, ISnapshotReader reader, CatalogIndex names, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(request.Query, Declared);
        var target = parameters.Target(await names.WithHistoryAsync(request.Query, reader, cancellationToken));
        var limit = parameters.Int(CommonParameters.Limit);
        var before = parameters.Cursor(Cursor.ToCollection);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var collections = await reader.ReadCollectionsAsync(target, before, limit + 1, cancellationToken);
        return TypedResults.Ok(collections.ToPage(limit, CollectionResponse.From, last => Cursor.Of(last.Id)));
    }

    private static async Task<Results<Ok<CollectionResponse>, ProblemHttpResult>> GetAsync(
        string id, HttpRequest request, ISnapshotReader reader, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(request.Query, Id);
        var newest = string.Equals(id, Latest, StringComparison.OrdinalIgnoreCase);
        var uuid = Guid.Empty;
        if (!newest && !Guid.TryParse(id, out uuid))
        {
            parameters.Refuse(Id, $"'{ParameterTexts.Shown(id)}' is not a UUID; write an id that /api/v1/collections lists, or latest");
        }

        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var collection = newest
            ? await reader.ReadCollectionsAsync(null, null, 1, cancellationToken) is [var first] ? first : null
            : await reader.ReadCollectionAsync(uuid, cancellationToken);
        if (collection is not null)
        {
            return TypedResults.Ok(CollectionResponse.From(collection));
        }

        parameters.Missing(
            Id,
            newest
                ? "no collection is stored yet; POST /api/v1/collections makes one"
                : $"no collection '{uuid}' is stored; /api/v1/collections lists those that are");
        return parameters.Problem()!;
    }
}
