using System.Buffers;
using System.Text.Json;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Json;

namespace MetricsCollector.Api.Formats.Ndjson;

/// <summary>One JSON object in each line: the items of the JSON answer.</summary>
internal sealed class NdjsonFormat : IRowFormat
{
    /// <inheritdoc />
    public string Name => "ndjson";

    /// <inheritdoc />
    public string Description => "one item in each line";

    /// <inheritdoc />
    public IReadOnlyList<string> MediaTypes { get; } = ["application/x-ndjson", "application/jsonl", "application/ndjson"];

    /// <inheritdoc />
    public async Task WriteAsync<T>(RowSet<T> rows, RowOutput output, CancellationToken cancellationToken)
        where T : class
    {
        await foreach (var item in rows.Items.WithCancellation(cancellationToken))
        {
            using (var writer = new Utf8JsonWriter(output.Body, WireJson.Writing))
            {
                JsonSerializer.Serialize(writer, rows.Show(item), output.Json);
            }

            output.Body.Write("\n"u8);
            await output.FlushAsync(cancellationToken);
        }
    }
}
