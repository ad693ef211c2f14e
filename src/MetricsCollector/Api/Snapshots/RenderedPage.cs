using System.Buffers;
using System.Globalization;
using System.Text;
using MetricsCollector.Api.Json;

namespace MetricsCollector.Api.Snapshots;

/// <summary>A page of snapshots that are written already; only their ages are new. What it sends is a <see cref="Http.Page{T}"/> of
/// <see cref="SnapshotResponse"/>.</summary>
/// <param name="snapshots">The snapshots.</param>
/// <param name="now">The time of the answer.</param>
/// <param name="notes">Why there may be less than expected; null when there is nothing to say.</param>
internal sealed class RenderedPage(IReadOnlyList<RenderedSnapshot> snapshots, DateTimeOffset now, IReadOnlyList<string>? notes) : IResult
{
    private const int LongestAge = 32;
    private const int FlushAt = 64 * 1024;

    private static ReadOnlySpan<byte> Start => "{\"items\":["u8;

    private readonly byte[] _end = notes is null
        ? "],\"nextCursor\":null}"u8.ToArray()
        : Encoding.UTF8.GetBytes($"],\"nextCursor\":null,\"notes\":{WireJson.Text(notes)}}}");

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        if (snapshots is [var only])
        {
            response.ContentLength = Start.Length + only.Length + FormatAge(only, stackalloc byte[LongestAge]) + _end.Length;
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

        body.Write(_end);
        await body.FlushAsync(httpContext.RequestAborted);
    }

    private int FormatAge(RenderedSnapshot snapshot, Span<byte> to)
    {
        Math.Round((now - snapshot.Snapshot.CollectedAt).TotalSeconds, 3).TryFormat(to, out var written, "R", CultureInfo.InvariantCulture);
        return written;
    }
}
