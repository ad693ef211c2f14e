using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Security.Http;

/// <summary>How much one caller, one request and one connection may take.</summary>
internal sealed class CallerLimits(IOptions<SecurityOptions> options, RefusalLog refusals)
    : IConfigureOptions<RateLimiterOptions>, IConfigureOptions<RequestTimeoutOptions>, IConfigureOptions<KestrelServerOptions>
{
    private SecurityOptions Settings => options.Value;

    /// <inheritdoc />
    public void Configure(KestrelServerOptions kestrel) => kestrel.Limits.RequestHeadersTimeout = Settings.HeadersTimeout.Value;

    /// <inheritdoc />
    public void Configure(RequestTimeoutOptions timeouts) => timeouts.DefaultPolicy = new RequestTimeoutPolicy
    {
        Timeout = Settings.RequestTimeout.Value,
        TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
        WriteTimeoutResponse = context => TypedResults.Problem(
            $"The answer took longer than Security:RequestTimeout ({Settings.RequestTimeout}); ask for less at once, or raise it.",
            statusCode: StatusCodes.Status504GatewayTimeout,
            title: "Took too long").ExecuteAsync(context),
    };

    /// <inheritdoc />
    public void Configure(RateLimiterOptions limiter)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Partition);
        limiter.OnRejected = RefuseAsync;
    }

    private RateLimitPartition<string> Partition(HttpContext context)
    {
        var caller = NameOf(context) is { } name ? "caller " + name : "address " + CallerAddress.Of(context);
        var perSecond = Settings.RequestsPerMinute / 60;
        return RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Settings.RequestsPerMinute,
            TokensPerPeriod = Math.Max(1, perSecond),
            ReplenishmentPeriod = perSecond > 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1) / Settings.RequestsPerMinute,
            QueueLimit = 0,
        });
    }

    private static string? NameOf(HttpContext context) => context.User.Identity is { IsAuthenticated: true, Name: { } name } ? name : null;

    private async ValueTask RefuseAsync(OnRejectedContext refused, CancellationToken cancellationToken)
    {
        var seconds = refused.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
            ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
            : 1;
        refused.HttpContext.Response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        var from = CallerAddress.Of(refused.HttpContext);
        refusals.Report(
            NameOf(refused.HttpContext) is { } name ? $"{from} ('{name}')" : from,
            "more requests than Security:RequestsPerMinute allows.");
        await TypedResults.Problem(
            $"More than {Settings.RequestsPerMinute} requests a minute; come back in {seconds} s, or raise Security:RequestsPerMinute.",
            statusCode: StatusCodes.Status429TooManyRequests,
            title: "Too many requests").ExecuteAsync(refused.HttpContext);
    }
}
