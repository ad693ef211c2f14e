using System.IO.Pipelines;
using System.Text.Json;

namespace MetricsCollector.Api.Formats.Rows;

/// <summary>Where a format writes to; what the client does not take yet holds the writer up, so that nothing piles up.</summary>
/// <param name="Body">The body of the answer.</param>
/// <param name="Json">How values become JSON.</param>
internal sealed record RowOutput(PipeWriter Body, JsonSerializerOptions Json)
{
    private const int FlushAt = 32 * 1024;

    /// <summary>Sends what was written, once there is enough of it.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (Body.UnflushedBytes >= FlushAt)
        {
            await Body.FlushAsync(cancellationToken);
        }
    }
}
