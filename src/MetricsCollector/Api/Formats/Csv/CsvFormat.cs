using MetricsCollector.Api.Formats.Rows;

namespace MetricsCollector.Api.Formats.Csv;

/// <summary>Comma-separated values after RFC 4180, with a line of column names first.</summary>
internal sealed class CsvFormat : IRowFormat
{
    /// <inheritdoc />
    public string Name => "csv";

    /// <inheritdoc />
    public string Description => "one line for each row or point";

    /// <inheritdoc />
    public IReadOnlyList<string> MediaTypes { get; } = ["text/csv"];

    /// <inheritdoc />
    public async Task WriteAsync<T>(RowSet<T> rows, RowOutput output, CancellationToken cancellationToken)
        where T : class
    {
        var csv = new CsvWriter(output.Body);
        csv.Line([.. rows.Columns]);
        await foreach (var item in rows.Items.WithCancellation(cancellationToken))
        {
            foreach (var row in rows.RowsOf(item))
            {
                csv.Line(row);
                await output.FlushAsync(cancellationToken);
            }
        }
    }
}
