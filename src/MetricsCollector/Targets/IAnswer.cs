namespace MetricsCollector.Targets;

/// <summary>The rows that a target answers a statement with, one after the other.</summary>
public interface IAnswer
{
    /// <summary>How many columns it has.</summary>
    int ColumnCount { get; }

    /// <summary>The name of a column.</summary>
    string NameOf(int column);

    /// <summary>The object identifier of the PostgreSQL type whose binary format the values of a column have.</summary>
    uint TypeOf(int column);

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    Task<bool> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Whether a value of the row is NULL.</summary>
    bool IsNull(int column);

    /// <summary>The bytes of a value of the row that is not NULL, at most 1 MiB of them; valid until the next value is read.</summary>
    ReadOnlySpan<byte> Bytes(int column);
}
