using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api;

/// <summary>The newest snapshots, from memory: <c>/api/v1/snapshots/latest</c>.</summary>
internal static class LatestSnapshotEndpoints
{
    private static readonly DeclaredParameter[] Declared = [CommonParameters.Target, CommonParameters.Metric, CommonParameters.Label, CommonParameters.Fields];

    /// <summary>Maps GET /snapshots/latest below the group.</summary>
    public static void MapLatestSnapshots(this IEndpointRouteBuilder api) =>
        api.MapGet("/snapshots/latest", Get)
            .WithName("ListLatestSnapshots")
            .WithTags("Snapshots")
            .WithSummary("The newest snapshots.")
            .WithDescription("The newest snapshot of every metric and target, with its outcome. With labels, only the rows that have them.")
            .WithParameters(Declared)
            .ProducesParameterProblems();

    private static Results<Ok<Page<SnapshotResponse>>, ProblemHttpResult> Get(
        HttpRequest request, LatestSnapshots latest, KnownNames known, TimeProvider time)
    {
        var parameters = new Parameters(request.Query, Declared);
        var names = known.Current();
        var filter = parameters.Filter(names);
        var globs = parameters.Globs();
        var fields = parameters.Projection(filter.Metric is null ? null : names.Metrics[filter.Metric]);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var now = time.GetUtcNow();
        return TypedResults.Ok(new Page<SnapshotResponse>([.. latest.Find(filter).Select(globs.Narrow).OfType<Snapshot>().Select(snapshot => SnapshotResponse.From(snapshot, now, fields))], null));
    }
}
