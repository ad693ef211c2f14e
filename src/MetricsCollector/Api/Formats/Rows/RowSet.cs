namespace MetricsCollector.Api.Formats.Rows;

/// <summary>An answer as items and, for formats with columns, as rows. A resource describes it once; every format can write it.</summary>
/// <param name="Items">The items, read while they are written.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="RowsOf">The rows of an item, with a cell for each column.</param>
internal sealed record RowSet<T>(IAsyncEnumerable<T> Items, IReadOnlyList<string> Columns, Func<T, IEnumerable<Cell[]>> RowsOf)
    where T : class
{
    /// <summary>The item as the JSON answer has it; itself unless given.</summary>
    public Func<T, object> Show { get; init; } = static item => item;

    /// <summary>The cursor of the next page; null when there is none.</summary>
    public string? NextCursor { get; init; }

    /// <summary>The answer in a format.</summary>
    public RowsResult<T> In(IRowFormat format) => new(format, this);
}
