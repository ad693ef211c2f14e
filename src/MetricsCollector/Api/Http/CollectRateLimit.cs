using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api.Http;

/// <summary>Keeps requests from asking watched servers more often than is set.</summary>
internal sealed class CollectRateLimit(IOptions<CollectOptions> options) : IDisposable
{
    /// <summary>Title of its problem.</summary>
    public const string Title = "Too many collections";

    /// <summary>What its problem says, for example.</summary>
    public const string Example =
        "More than 60 requests a minute would have something collected; come back in 1 s, read /api/v1/snapshots/latest, or raise "
            + "Collection:Manual:PerMinute.";

    private readonly TokenBucketRateLimiter _limiter = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = options.Value.PerMinute,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1) / options.Value.PerMinute,
        QueueLimit = 0,
    });

    /// <summary>Takes one collection; a problem with <c>Retry-After</c> when there is none left.</summary>
    public ProblemHttpResult? Take(HttpResponse response)
    {
        using var lease = _limiter.AttemptAcquire();
        if (lease.IsAcquired)
        {
            return null;
        }

        var seconds = Math.Max(1, (int)Math.Ceiling(60.0 / options.Value.PerMinute));
        response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            $"More than {options.Value.PerMinute} requests a minute would have something collected; come back in {seconds} s, read "
                + "/api/v1/snapshots/latest, or raise Collection:Manual:PerMinute.",
            statusCode: StatusCodes.Status429TooManyRequests,
            title: Title);
    }

    /// <inheritdoc />
    public void Dispose() => _limiter.Dispose();
}
