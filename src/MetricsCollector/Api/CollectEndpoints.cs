using System.IO.Enumeration;
using System.Text.Json;
using MetricsCollector.Collection;
using MetricsCollector.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api;

/// <summary>Collect now: <c>POST /api/v1/collections</c>.</summary>
internal static class CollectEndpoints
{
    // An answer that says "stored" when it is beats a fast one; a store that takes longer is one that is away.
    private static readonly TimeSpan PatienceWithTheStore = TimeSpan.FromSeconds(5);

    // Far more than the longest list of names that makes sense.
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>Maps POST /collections below the group.</summary>
    public static void MapCollect(this IEndpointRouteBuilder api) =>
        api.MapPost("/collections", CollectAsync)
            .WithName("CollectNow")
            .WithTags("Collections")
            .WithSummary("Collect now.")
            .WithDescription("Asks targets for metrics at once and gives the snapshots back. Requests for the same while a pass waits or runs share it. Names may be globs; an empty body collects everything.")
            .Accepts<CollectRequest>(isOptional: true, "application/json")
            .Produces<Page<CollectNowResponse>>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    private static async Task<Results<Ok<Page<CollectNowResponse>>, ProblemHttpResult>> CollectAsync(
        HttpRequest request, TargetCollectors collectors, PassQueue queue, TimeProvider time, CancellationToken cancellationToken)
    {
        var errors = new ParameterErrors();
        var (body, refused) = await ReadAsync(request, errors, cancellationToken);
        if (refused is not null)
        {
            return refused;
        }

        var targets = Choose("targets", body.Targets, collectors.All.Select(collector => collector.Target.Name), errors);
        var plans = collectors.All.Where(collector => targets.Contains(collector.Target.Name)).ToList();
        var metrics = Choose("metrics", body.Metrics, plans.SelectMany(collector => collector.Plan.Metrics.Keys).Distinct(), errors);
        if (errors.Problem() is { } problem)
        {
            return problem;
        }

        var passes = await Task.WhenAll(plans.Select(collector => collector.CollectNowAsync(metrics, !body.DryRun, cancellationToken)));
        var stored = body.DryRun ? [] : await Task.WhenAll(passes.Select(pass => IsStoredAsync(queue, pass.Id, time, cancellationToken)));
        var now = time.GetUtcNow();
        return TypedResults.Ok(new Page<CollectNowResponse>([.. passes.Select((pass, i) => CollectNowResponse.From(pass, !body.DryRun && stored[i], now))], null));
    }

    private static async Task<bool> IsStoredAsync(PassQueue queue, Guid id, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await queue.LeavesAsync(id).WaitAsync(PatienceWithTheStore, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static HashSet<string> Choose(string parameter, IReadOnlyList<string?>? globs, IEnumerable<string> names, ParameterErrors errors)
    {
        var known = names.ToList();
        if (globs is null or [])
        {
            return [.. known];
        }

        var chosen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var glob in globs)
        {
            if (string.IsNullOrEmpty(glob))
            {
                errors.Refuse(parameter, "has an empty name; write names or globs, or leave it out for all");
                continue;
            }

            var matches = known.Where(name => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false)).ToList();
            if (matches.Count == 0)
            {
                var shown = ParameterTexts.Shown(glob);
                errors.Missing(parameter, $"'{shown}' names none{CloseNames.Suggestion(shown, known)}; /api/v1/{parameter} lists all");
            }

            chosen.UnionWith(matches);
        }

        return chosen;
    }

    private static async Task<(CollectRequest Body, ProblemHttpResult? Refused)> ReadAsync(HttpRequest request, ParameterErrors errors, CancellationToken cancellationToken)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            return (new CollectRequest(), null);
        }

        if (request.ContentLength > MaxBodyBytes)
        {
            return (new CollectRequest(), TypedResults.Problem("The body is larger than 64 KiB; name fewer targets and metrics, or use globs.", statusCode: StatusCodes.Status413PayloadTooLarge));
        }

        if (!request.HasJsonContentType())
        {
            return (new CollectRequest(), TypedResults.Problem("The body is not JSON; send it with 'Content-Type: application/json'.", statusCode: StatusCodes.Status415UnsupportedMediaType));
        }

        try
        {
            return (await request.ReadFromJsonAsync<CollectRequest>(cancellationToken) ?? new CollectRequest(), null);
        }
        catch (JsonException exception)
        {
            var place = exception.Path is { Length: > 2 } path ? path[2..] : "body";
            errors.Refuse(place, """cannot be read; write for example { "targets": ["demo"], "metrics": ["database*"], "dryRun": true }""");
            return (new CollectRequest(), errors.Problem());
        }
    }
}
