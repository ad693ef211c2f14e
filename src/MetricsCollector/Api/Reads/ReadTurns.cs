using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api.Reads;

/// <summary>
/// Has requests that read much take turns within a bound of memory, so that a crowd of them neither ends the process nor delays
/// collections. Small ones do not wait for large ones; health, status and collections do not wait at all.
/// </summary>
internal sealed class ReadTurns
{
    /// <summary>What is no more than this is small.</summary>
    public const long Small = 1 << 20;

    // A collector on a small machine keeps most of its memory for collecting; a large one gains nothing by more.
    private const int Share = 8;
    private const long Least = 24 << 20;
    private const long Most = 256 << 20;

    private const int SmallAtOnce = 64;
    private const int MostWaiting = 256;
    private const int RetryAfterSeconds = 10;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    // Whoever takes longer waits for the store or for its client: others may run beside it, as far as memory goes.
    private static readonly TimeSpan LongestAlone = TimeSpan.FromSeconds(3);

    private readonly ReadEstimate _estimate;
    private readonly TimeProvider _time;
    private readonly ByteBudget _small = new(Small * SmallAtOnce, SmallAtOnce, MostWaiting);
    private readonly ByteBudget _large;

    public ReadTurns(ReadEstimate estimate, TimeProvider time)
    {
        (_estimate, _time) = (estimate, time);

        // One core is left to collecting.
        _large = new ByteBudget(Bytes, Math.Max(1, Environment.ProcessorCount - 1), MostWaiting);
    }

    /// <summary>How many bytes large reads may have in memory together, by estimate.</summary>
    public static long Bytes { get; } = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share, Least, Most);

    /// <summary>Waits for the turn of a request and answers it, or says when to come back.</summary>
    public async Task TakeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ReadsMuch>() is not { Kind: var kind })
        {
            await next(context);
            return;
        }

        using var turn = await WaitAsync(_estimate.Of(kind, context.Request.Query), context.RequestAborted);
        if (turn is null)
        {
            await RefuseAsync(context);
            return;
        }

        await using var timer = _time.CreateTimer(
            static state => ((ByteBudget.Turn)state!).LeavePlace(), turn, LongestAlone, Timeout.InfiniteTimeSpan);
        await next(context);
    }

    /// <summary>Waits for the turn of a request that says in its body what it reads, and answers it, or says when to come back.</summary>
    /// <param name="context">The request.</param>
    /// <param name="kind">What it reads.</param>
    /// <param name="queries">What it asks for, as query strings.</param>
    /// <param name="answer">Answers it.</param>
    public async Task<IResult> TakeAsync(
        HttpContext context, ReadKind kind, IEnumerable<IQueryCollection> queries, Func<Task<IResult>> answer)
    {
        var turn = await WaitAsync(queries.Sum(query => _estimate.Of(kind, query)), context.RequestAborted);
        if (turn is null)
        {
            return Refusal(context);
        }

        // The answer is written behind the endpoint.
        context.Response.RegisterForDispose(turn);
        context.Response.RegisterForDispose(
            _time.CreateTimer(static state => ((ByteBudget.Turn)state!).LeavePlace(), turn, LongestAlone, Timeout.InfiniteTimeSpan));
        return await answer();
    }

    private Task<ByteBudget.Turn?> WaitAsync(long weight, CancellationToken cancellationToken) =>
        (weight <= Small ? _small : _large).TakeAsync(Math.Max(1, weight), MaxWait, _time, cancellationToken);

    private static Task RefuseAsync(HttpContext context) => Refusal(context).ExecuteAsync(context);

    private static ProblemHttpResult Refusal(HttpContext context)
    {
        context.Response.Headers[HeaderNames.RetryAfter] = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return TypedResults.Problem(
            $"Too many requests that read much are waiting; come back in {RetryAfterSeconds} s, "
                + "or ask for less at once (limit, from, metric).",
            statusCode: StatusCodes.Status503ServiceUnavailable,
            title: "Too many large reads");
    }
}
