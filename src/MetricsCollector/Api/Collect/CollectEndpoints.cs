using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.CollectNow;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Security;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Delivery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Collect;

/// <summary>Collect now: <c>POST /api/v1/collections</c>.</summary>
internal static class CollectEndpoints
{
    // An answer that says "stored" when it is beats a fast one; a store that takes longer is one that is away.
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(5);

    // As long as a UUID in any spelling, with room.
    private const int LongestKey = 255;

    private const string KeyUsedTitle = "Key used before";
    private const string KeyUsed = "This Idempotency-Key came with another request before; use a new key for a new request.";
    private const string Latest = "latest";

    private const string Started = """
        {
          "id": "019c1414-7a00-7000-8000-000000000002",
          "done": false,
          "startedAt": "2026-01-31T12:00:00Z",
          "items": []
        }
        """;

    private const string Ended = $$"""
        {
          "id": "019c1414-7a00-7000-8000-000000000002",
          "done": true,
          "startedAt": "2026-01-31T12:00:00Z",
          "items": [{{Examples.Collected}}]
        }
        """;

    private const string BodyExample = """{ "targets": ["*"], "metrics": ["database*", "activity"], "dryRun": false }""";

    private static readonly DeclaredParameter Include = DeclaredParameter.ChoiceOf<Included>(
        "include", "`sql` adds to every snapshot the statement that was sent.");

    private static readonly DeclaredParameter JobId = new(
        "id", ParameterKind.Text,
        "Id of a request, as the `Location` of its 202 said, or `latest` for the newest, also when it was answered at once.")
    {
        InPath = true,
        Example = Latest,
    };

    private static readonly DeclaredParameter Prefer = new(
        "Prefer", ParameterKind.Text, "`respond-async`: answer 202 at once, and collect behind the answer.")
    {
        InHeader = true,
    };

    private static readonly DeclaredParameter Key = new(
        "Idempotency-Key",
        ParameterKind.Text,
        $"A name of the client's own for this request, such as a UUID, of at most {LongestKey} characters: "
        + "sent again with it, it is not done again.")
    {
        InHeader = true,
    };

    private enum Included
    {
        Sql,
    }

    /// <summary>Maps POST /collections and GET /collections/requests/{id} below the group.</summary>
    public static void MapCollect(this IEndpointRouteBuilder api)
    {
        api.MapPost("/collections", CollectAsync)
            .WithName("CollectNow")
            .WithTags("Collections")
            .WithSummary("Collect now.")
            .WithDescription("""
                Asks targets for metrics at once and gives the snapshots back. Requests for the same while a collection waits or runs share
                it. Names may be globs; an empty body collects what each target is asked for on schedule. A metric outside a target's preset
                is collected once, when it is named.

                With the header `Prefer: respond-async` the answer is 202 at once, and `Location` says where the result will be. A request
                that is sent again with the same `Idempotency-Key` gets the answer of the first, and `Idempotency-Replayed: true`.
                """)
            .WithMetadata(new NeedsScope(Scope.Collect))
            .WithParameters(Include, Prefer, Key)
            .Accepts<CollectRequest>(isOptional: true, "application/json")
            .WithMetadata(new RequestExample(BodyExample))
            .Produces<Page<CollectNowResponse>>()
            .Produces<CollectJobResponse>(StatusCodes.Status202Accepted)
            .ProducesParameterProblems()
            .WithExample($$"""{ "items": [{{Examples.Collected}}], "nextCursor": null }""")
            .WithExample(Started, StatusCodes.Status202Accepted)
            .WithProblem(StatusCodes.Status413PayloadTooLarge, "Payload Too Large", JsonBody.TooLarge)
            .WithProblem(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type", JsonBody.NoJson)
            .WithProblem(StatusCodes.Status422UnprocessableEntity, KeyUsedTitle, KeyUsed)
            .WithProblem(StatusCodes.Status429TooManyRequests, CollectRateLimit.Title, CollectRateLimit.Example);

        api.MapGet("/collections/requests/{id}", GetJobAsync)
            .WithName("GetCollectRequest")
            .WithTags("Collections")
            .WithSummary("What became of a request to collect.")
            .WithDescription("""
                Whether a request that was answered with 202 has ended, and then its collections with their snapshots. The latest thousand
                are remembered, fewer where their results take more than 32 MB, and the newest of those that were answered at once.
                """)
            .WithParameters(JobId, Include)
            .Produces<CollectJobResponse>()
            .ProducesParameterProblems()
            .WithExample(Ended);
    }

    private static async Task<IResult> CollectAsync(
        HttpContext context, TargetCollectors collectors, MetricCatalog catalog, DeliveryQueue queue, CollectJobs jobs,
        CollectRateLimit limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(context.Request.Query, Include);
        var sql = parameters.Choice<Included>(Include) is not null;
        var errors = new ParameterErrors();
        var (read, refused) = await JsonBody.ReadAsync<CollectRequest>(context, BodyExample, errors, cancellationToken);
        var body = read ?? new CollectRequest();
        if ((parameters.Problem() ?? refused) is { } wrong)
        {
            return wrong;
        }

        var targets = CollectNames.Choose("targets", body.Targets, collectors.All.Select(collector => collector.Target.Name), errors);
        var plans = collectors.All.Where(collector => targets.Contains(collector.Target.Name)).ToList();
        var globs = CollectNames.Globs("metrics", body.Metrics, errors);
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        var asked = plans.ConvertAll(collector => (Collector: collector, Metrics: collector.Plan.Choose(globs, glob => unknown.Add(glob))));
        foreach (var glob in unknown)
        {
            errors.Missing("metrics", CollectNames.NoMatch("metric", glob, catalog.Metrics.Select(metric => metric.Name)));
        }

        var key = context.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } text, ..] ? text : null;
        if (key?.Length > LongestKey)
        {
            errors.Refuse("Idempotency-Key", $"has {key.Length} characters; write at most {LongestKey}, such as a UUID");
        }

        if (errors.Problem() is { } problem)
        {
            return problem;
        }

        var metrics = asked.SelectMany(one => one.Metrics).Distinct().Order(StringComparer.Ordinal);
        var question = $"{body.DryRun}|{string.Join(',', targets.Order(StringComparer.Ordinal))}|{string.Join(',', metrics)}";
        if ((key is null || jobs.Find(key) is null) && limit.Take(context.Response) is { } tooMany)
        {
            return tooMany;
        }

        var later = context.Request.Headers["Prefer"].Any(
            prefer => prefer?.Contains("respond-async", StringComparison.OrdinalIgnoreCase) == true);
        if (!later && key is null)
        {
            var startedAt = time.GetUtcNow();
            var collections = await RunAsync(asked, body.DryRun, queue, time, cancellationToken);
            jobs.Answered(question, startedAt, collections);
            return Shown(collections, sql, collectors, catalog, time);
        }

        // Goes on when this client leaves: another may ask for it.
        var (job, known) = jobs.Start(key, question, () => RunAsync(asked, body.DryRun, queue, time, CancellationToken.None));
        if (job.Request != question)
        {
            return TypedResults.Problem(
                KeyUsed, statusCode: StatusCodes.Status422UnprocessableEntity, title: KeyUsedTitle);
        }

        if (known)
        {
            context.Response.Headers["Idempotency-Replayed"] = "true";
        }

        if (later)
        {
            context.Response.Headers["Preference-Applied"] = "respond-async";
            return TypedResults.Accepted(
                $"{context.Request.PathBase}/api/v1/collections/requests/{job.Id}",
                new CollectJobResponse(job.Id, false, job.StartedAt, []));
        }

        return Shown(await job.Collections.WaitAsync(cancellationToken), sql, collectors, catalog, time);
    }

    private static async Task<Results<Ok<CollectJobResponse>, ProblemHttpResult>> GetJobAsync(
        string id, HttpRequest request, CollectJobs jobs, TargetCollectors collectors, MetricCatalog catalog, TimeProvider time)
    {
        var parameters = new Parameters(request.Query, JobId, Include);
        var sql = parameters.Choice<Included>(Include) is not null;
        var newest = string.Equals(id, Latest, StringComparison.OrdinalIgnoreCase);
        var job = newest ? jobs.Newest() : Guid.TryParse(id, out var uuid) ? jobs.Find(uuid) : null;
        if (job is null)
        {
            parameters.Missing(
                JobId,
                newest
                    ? "nothing was asked for yet; POST /api/v1/collections makes a request"
                    : $"no request '{ParameterTexts.Shown(id)}' is remembered; /api/v1/collections lists what ran");
        }

        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        if (!job!.Collections.IsCompleted)
        {
            return TypedResults.Ok(new CollectJobResponse(job.Id, false, job.StartedAt, []));
        }

        var shown = Shown(await job.Collections, sql, collectors, catalog, time).Value!;
        return TypedResults.Ok(new CollectJobResponse(job.Id, true, job.StartedAt, shown.Items));
    }

    private static async Task<IReadOnlyList<(CollectionRun Collection, bool Stored)>> RunAsync(
        List<(TargetCollector Collector, IReadOnlyList<string> Metrics)> asked, bool dryRun,
        DeliveryQueue queue, TimeProvider time, CancellationToken cancellationToken)
    {
        var collections = await Task.WhenAll(asked.Select(one => one.Collector.CollectNowAsync(one.Metrics, !dryRun, cancellationToken)));
        var stored = dryRun
            ? []
            : await Task.WhenAll(collections.Select(collection => IsStoredAsync(queue, collection.Id, time, cancellationToken)));
        return [.. collections.Select((collection, i) => (collection, !dryRun && stored[i]))];
    }

    private static Ok<Page<CollectNowResponse>> Shown(
        IReadOnlyList<(CollectionRun Collection, bool Stored)> collections, bool sql, TargetCollectors collectors,
        MetricCatalog catalog, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var items = collections.Select(one => CollectNowResponse.From(one.Collection, one.Stored, now, sql ? SqlOf : null));
        return TypedResults.Ok(new Page<CollectNowResponse>([.. items], null));

        string? SqlOf(Snapshot snapshot) => collectors.Find(snapshot.Target)?.State.Facts is { } facts
            ? catalog.Find(snapshot.Metric)?.FileFor(facts.Major)?.SqlFor(facts)
            : null;
    }

    private static async Task<bool> IsStoredAsync(DeliveryQueue queue, Guid id, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await queue.LeavesAsync(id).WaitAsync(StoreTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
