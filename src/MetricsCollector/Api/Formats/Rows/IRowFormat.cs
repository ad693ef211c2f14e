namespace MetricsCollector.Api.Formats.Rows;

/// <summary>A format in which answers are streamed row by row.</summary>
internal interface IRowFormat
{
    /// <summary>What to write in <c>format=</c>.</summary>
    string Name { get; }

    /// <summary>What a line of it holds, for people.</summary>
    string Description { get; }

    /// <summary>Its media type, and others under which clients ask for it.</summary>
    IReadOnlyList<string> MediaTypes { get; }

    /// <summary>Writes all rows as UTF-8, flushing the output between them.</summary>
    Task WriteAsync<T>(RowSet<T> rows, RowOutput output, CancellationToken cancellationToken)
        where T : class;
}
