using System.Buffers;
using System.Globalization;

namespace MetricsCollector.Api;

/// <summary>A page of snapshots that are written already; only their ages are new. What it sends is a <see cref="Page{T}"/> of <see cref="SnapshotResponse"/>.</summary>
/// <param name="snapshots">The snapshots.</param>
/// <param name="now">The time of the answer.</param>
internal sealed class RenderedPage(IReadOnlyList<RenderedSnapshot> snapshots, DateTimeOffset now) : IResult
{
    private const int LongestAge = 32;
    private const int FlushAt = 64 * 1024;

    private static ReadOnlySpan<byte> Start => "{\"items\":["u8;

    private static ReadOnlySpan<byte> End => "],\"nextCursor\":null}"u8;

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        if (snapshots is [var only])
        {
            response.ContentLength = Start.Length + only.Length + FormatAge(only, stackalloc byte[LongestAge]) + End.Length;
        }

        var body = response.BodyWriter;
        body.Write(Start);
        for (var i = 0; i < snapshots.Count; i++)
        {
            if (i > 0)
            {
                body.Write(","u8);
            }

            body.Write(snapshots[i].Before.Span);
            body.Advance(FormatAge(snapshots[i], body.GetSpan(LongestAge)));
            body.Write(snapshots[i].After.Span);
            if (body.UnflushedBytes > FlushAt)
            {
                await body.FlushAsync(httpContext.RequestAborted);
            }
        }

        body.Write(End);
        await body.FlushAsync(httpContext.RequestAborted);
    }

    private int FormatAge(RenderedSnapshot snapshot, Span<byte> to)
    {
        Math.Round((now - snapshot.Snapshot.CollectedAt).TotalSeconds, 3).TryFormat(to, out var written, "R", CultureInfo.InvariantCulture);
        return written;
    }
}
