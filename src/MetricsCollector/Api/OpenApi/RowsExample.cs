using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MetricsCollector.Api.Formats.Rows;

namespace MetricsCollector.Api.OpenApi;

/// <summary>An answer that comes in every format, as Swagger shows it, as metadata of the endpoint.</summary>
/// <param name="Json">The answer as JSON, with one item.</param>
/// <param name="Columns">Names of its columns.</param>
/// <param name="Row">The item as a row.</param>
internal sealed record RowsExample(string Json, IReadOnlyList<string> Columns, Cell[] Row)
{
    /// <summary>The answer in a format.</summary>
    public string In(IRowFormat format)
    {
        var json = JsonNode.Parse(Json)!;
        var items = ((json["items"] ?? json["series"] ?? json["results"])!.AsArray().OfType<JsonNode>()).ToAsyncEnumerable();
        using var text = new MemoryStream();
        var pipe = PipeWriter.Create(text);

        // All of it is in memory: nothing waits.
        format.WriteAsync(new RowSet<JsonNode>(items, Columns, _ => [Row]), new RowOutput(pipe, JsonSerializerOptions.Web), default)
            .GetAwaiter().GetResult();
        pipe.Complete();
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
