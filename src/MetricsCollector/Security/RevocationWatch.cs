using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;

namespace MetricsCollector.Security;

/// <summary>
/// Ends answers that are still being sent when their caller's key was revoked or their token has expired. Only long answers are seen by it:
/// streams and large exports.
/// </summary>
internal sealed class RevocationWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Answer, byte> _open = new();
    private readonly KeyRing _keys;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public RevocationWatch(KeyRing keys, TimeProvider time)
    {
        (_keys, _time) = (keys, time);
        _timer = time.CreateTimer(static watch => ((RevocationWatch)watch!).Check(), this, Period, Period);
    }

    /// <summary>Watches a request until it has been answered.</summary>
    public async Task WatchAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity is not { IsAuthenticated: true } caller)
        {
            await next(context);
            return;
        }

        var answer = new Answer(
            context,
            caller.AuthenticationType == ApiKeyHandler.SchemeName ? RequestCredentials.Of(context.Request) : null,
            context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc);
        _open.TryAdd(answer, 0);
        try
        {
            await next(context);
        }
        finally
        {
            _open.TryRemove(answer, out _);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        foreach (var answer in _open.Keys)
        {
            var ended = answer.Expires + JwtSetup.ClockSkew < _time.GetUtcNow();
            if (ended || (answer.Key is { } key && _keys.Find(key) is null))
            {
                answer.Context.Abort();
            }
        }
    }

    private sealed class Answer(HttpContext context, string? key, DateTimeOffset? expires)
    {
        public HttpContext Context { get; } = context;

        public string? Key { get; } = key;

        public DateTimeOffset? Expires { get; } = expires;
    }
}
