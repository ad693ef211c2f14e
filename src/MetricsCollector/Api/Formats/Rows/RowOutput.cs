using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace MetricsCollector.Api.Formats.Rows;

/// <summary>Where a format writes to; what the client does not take yet holds the writer up, so that nothing piles up.</summary>
/// <param name="body">The body of the answer.</param>
/// <param name="json">How values become JSON.</param>
internal sealed class RowOutput(PipeWriter body, JsonSerializerOptions json)
{
    private const int FlushAt = 32 * 1024;

    /// <summary>The bytes.</summary>
    public IBufferWriter<byte> Body => body;

    /// <summary>How values become JSON.</summary>
    public JsonSerializerOptions Json => json;

    /// <summary>Sends what was written, once there is enough of it.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (body.UnflushedBytes >= FlushAt)
        {
            await body.FlushAsync(cancellationToken);
        }
    }
}
