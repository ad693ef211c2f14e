using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Assignment;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Configuration;
using MetricsCollector.Targets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Targets;

/// <summary>Targets named over the API: PUT, DELETE and test of <c>/api/v1/targets/{target}</c>. All of it needs the scope <c>admin</c>
/// where scopes are.</summary>
internal static class TargetChangeEndpoints
{
    private static readonly DeclaredParameter Name = CommonParameters.Target with
    {
        InPath = true,
        Required = true,
        Description = "Name of a target: 1 to 63 letters, digits, dots, dashes or underscores.",
    };

    /// <summary>Maps PUT and DELETE /targets/{target} and POST /targets/{target}/test below the group.</summary>
    public static IEndpointConventionBuilder MapTargetChanges(this IEndpointRouteBuilder api)
    {
        var targets = api.MapGroup(string.Empty).WithTags("Targets");
        targets.MapPut("/targets/{target}", PutAsync)
            .WithName("PutTarget")
            .WithSummary("Watch a server, or watch it differently.")
            .WithDescription("""
                Takes effect within seconds on every collector of the store, without a restart, and is kept in the store with its
                connection string encrypted. The whole of the settings is replaced; only a connection string that is left out stays as it
                is. So `settings` of GET, changed and sent back, changes nothing else. Answers never show the connection string. Targets
                of the settings are changed there, not here (409).
                """)
            .WithParameters(Name)
            .Accepts<TargetDocument>("application/json")
            .WithMetadata(new RequestExample(TargetDocumentBody.Example))
            .Produces<SavedTargetResponse>()
            .Produces<SavedTargetResponse>(StatusCodes.Status201Created)
            .WithExample(SavedExample)
            .WithExample(SavedExample, StatusCodes.Status201Created)
            .ProducesStoreProblems()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithProblem(StatusCodes.Status413PayloadTooLarge, "Payload Too Large", JsonBody.TooLarge)
            .WithProblem(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type", JsonBody.NoJson)
            .WithExample(ConflictExample, StatusCodes.Status409Conflict);

        targets.MapDelete("/targets/{target}", DeleteAsync)
            .WithName("DeleteTarget")
            .WithSummary("Watch a server no more.")
            .WithDescription(
                "Its history stays for as long as the retention says. Targets of the settings are removed there, not here (409).")
            .WithParameters(Name)
            .Produces(StatusCodes.Status204NoContent)
            .ProducesStoreProblems()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithExample(ConflictExample, StatusCodes.Status409Conflict);

        targets.MapPost("/targets/{target}/test", TestAsync)
            .WithName("TestTarget")
            .WithSummary("Try a server.")
            .WithDescription("""
                Connects and asks for every metric once, with a session of its own, and says how each ended. Stores nothing. With a body
                it tries those settings, which need not be saved, over the target's own connection string where the body names none;
                without one, those of the target. Where the server cannot be reached, `reason` says why, and `outcomes` has only metrics
                that were asked before; where metrics failed, `reason` names them.
                """)
            .WithParameters(Name with { Example = "demo" })
            .Accepts<TargetDocument>(isOptional: true, "application/json")
            .WithMetadata(new RequestExample(TestExample))
            .Produces<TargetTestResponse>()
            .WithExample(TestedExample)
            .ProducesStoreProblems()
            .WithProblem(StatusCodes.Status413PayloadTooLarge, "Payload Too Large", JsonBody.TooLarge)
            .WithProblem(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type", JsonBody.NoJson)
            .WithProblem(StatusCodes.Status429TooManyRequests, CollectRateLimit.Title, CollectRateLimit.Example);
        return targets;
    }

    private const string TestExample = """{ "preset": "minimal" }""";

    private const string TestedExample = """
        {
          "name": "orders-db",
          "address": "db1:5432",
          "works": true,
          "reason": null,
          "role": "primary",
          "version": "18.4",
          "encrypted": true,
          "databases": ["app", "postgres"],
          "durationMs": 84.2,
          "outcomes": [
            { "metric": "checkpointer", "outcome": "ok", "reason": null, "sqlState": null, "durationMs": 0.3, "rows": 1, "rowsLeftOut": 0 },
            {
              "metric": "recovery",
              "outcome": "skipped",
              "reason": "for standbys; this server is a primary",
              "sqlState": null,
              "durationMs": 0,
              "rows": 0,
              "rowsLeftOut": 0
            }
          ]
        }
        """;

    private const string SavedExample = """
        {
          "name": "orders-db", "address": "db1:5432", "user": "metrics_collector", "database": "postgres", "enabled": true,
          "preset": "standard", "metrics": ["+bloat"], "databases": [], "intervals": { "database*": "30s" }, "labels": { "env": "prod" }
        }
        """;

    private const string ConflictExample = """
        {
          "title": "Named by the settings",
          "status": 409,
          "detail": "Target 'orders-db' is named by the settings; change it there: it takes effect without a restart."
        }
        """;

    private static async Task<IResult> PutAsync(
        string target,
        HttpContext context,
        CollectionSettings settings,
        TargetSettingsReader reader,
        SecretRegistry secrets,
        SavedTargetSet saved,
        Fleet fleet,
        MetricCatalog catalog,
        CancellationToken cancellationToken)
    {
        if ((new Parameters(context.Request.Query, Name).Problem() ?? Conflict(target, settings)) is { } problem)
        {
            return problem;
        }

        var (body, refused) = await JsonBody.ReadAsync<TargetDocument>(
            context, TargetDocumentBody.Example, new ParameterErrors(), cancellationToken);
        if (refused is not null)
        {
            return refused;
        }

        secrets.Learn(body?.ConnectionString, isKept: false);
        var document = await WithConnectionStringAsync(body ?? new TargetDocument(), target, saved, cancellationToken);
        var (read, wrong) = TargetDocumentBody.ToTarget(document, target, catalog, reader.ApiSource);
        if (wrong is not null)
        {
            return wrong;
        }

        var isNew = await saved.SaveAsync(target, document, cancellationToken);

        // It is kept, so it takes effect whether or not the client waits.
        await fleet.ReconcileAsync(CancellationToken.None);
        var response = SavedTargetResponse.From(read!, document);
        return isNew ? TypedResults.Created($"/api/v1/targets/{target}", response) : TypedResults.Ok(response);
    }

    private static async Task<IResult> DeleteAsync(
        string target, HttpRequest request, CollectionSettings settings, SavedTargetSet saved, TargetCollectors collectors, Fleet fleet,
        CancellationToken cancellationToken)
    {
        if (new Parameters(request.Query, Name).Problem() is { } problem)
        {
            return problem;
        }

        // What is saved under a name that the settings took since can still be removed.
        if (!await saved.RemoveAsync(target, cancellationToken))
        {
            return Conflict(target, settings) ?? Unknown.Problem("target", target, collectors.All.Select(known => known.Target.Name));
        }

        // It is kept, so it takes effect whether or not the client waits.
        await fleet.ReconcileAsync(CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> TestAsync(
        string target,
        HttpContext context,
        TargetSettingsReader reader,
        SecretRegistry secrets,
        SavedTargetSet saved,
        TargetCollectors collectors,
        CollectRateLimit limit,
        MetricCatalog catalog,
        CancellationToken cancellationToken)
    {
        if (new Parameters(context.Request.Query, Name).Problem() is { } problem)
        {
            return problem;
        }

        var (body, refused) = await JsonBody.ReadAsync<TargetDocument>(
            context, TargetDocumentBody.Example, new ParameterErrors(), cancellationToken);
        if (refused is not null)
        {
            return refused;
        }

        secrets.Learn(body?.ConnectionString, isKept: false);
        var tried = collectors.Find(target)?.Target;
        if (body is not null || tried is null)
        {
            var document = body is null
                ? await saved.FindAsync(target, cancellationToken)
                : await WithConnectionStringAsync(body, target, saved, cancellationToken);
            if (document is null)
            {
                return Unknown.Problem("target", target, collectors.All.Select(known => known.Target.Name));
            }

            // Without a connection string of its own it is reached as it is now, by files of the settings too.
            var known = body is not null && body.ConnectionString is null ? tried?.Server : null;
            (tried, var wrong) = TargetDocumentBody.ToTarget(document, target, catalog, reader.ApiSource, known);
            if (wrong is not null)
            {
                return wrong;
            }
        }

        if (limit.Take(context.Response) is { } tooMany)
        {
            return tooMany;
        }

        var (collection, facts) = await collectors.TryAsync(tried!, cancellationToken);
        return TypedResults.Ok(TargetTestResponse.From(tried!, collection, facts));
    }

    private static ProblemHttpResult? Conflict(string target, CollectionSettings settings) =>
        settings.Current.Targets.Names.Contains(target, StringComparer.Ordinal)
            ? TypedResults.Problem(
                $"Target '{target}' is named by the settings; change it there: it takes effect without a restart.",
                statusCode: StatusCodes.Status409Conflict,
                title: "Named by the settings")
            : null;

    private static async Task<TargetDocument> WithConnectionStringAsync(
        TargetDocument body, string target, SavedTargetSet saved, CancellationToken cancellationToken) =>
        body.ConnectionString is not null
            ? body
            : body with { ConnectionString = (await saved.FindAsync(target, cancellationToken))?.ConnectionString };
}
