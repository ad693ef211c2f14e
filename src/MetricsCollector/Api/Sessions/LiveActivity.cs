using MetricsCollector.Api.Http;
using MetricsCollector.Collection.Sessions;
using MetricsCollector.Collection.Targets;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api.Sessions;

/// <summary>Reads a server now, for one request or several that come together.</summary>
internal static class LiveActivity
{
    /// <summary>Title of the problem of a server that does not answer.</summary>
    public const string UnreachableTitle = "The server does not answer";

    /// <summary>What that problem says, for example.</summary>
    public const string UnreachableExample = "The server of target 'orders' cannot be read now: Failed to connect to db1:5432.";

    /// <summary>The reading, or the problem that there is none. Only who begins a reading takes one of those that are allowed.</summary>
    public static async Task<(ActivityReading? Reading, IResult? Problem)> ReadAsync(
        TargetCollector collector, HttpResponse response, CollectRateLimit limit, CancellationToken cancellationToken)
    {
        if (!collector.IsReadingActivity && limit.Take(response) is { } tooMany)
        {
            return (null, tooMany);
        }

        response.Headers[HeaderNames.CacheControl] = "no-store";
        var reading = await collector.ReadActivityAsync(cancellationToken);
        return reading.Unreachable is { } reason
            ? (null, TypedResults.Problem(
                $"The server of target '{collector.Target.Name}' cannot be read now: {reason.TrimEnd('.')}.",
                statusCode: StatusCodes.Status503ServiceUnavailable,
                title: UnreachableTitle))
            : (reading, null);
    }
}
