using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>The current result of Npgsql's reader, with values in PostgreSQL's binary format.</summary>
/// <param name="reader">Stands at the result.</param>
internal sealed class PostgresAnswer(NpgsqlDataReader reader) : IAnswer
{
    /// <summary>Of a longer value only so much is looked at; a server may send a gigabyte.</summary>
    private const int MostBytes = 1024 * 1024;

    private byte[] _buffer = new byte[256];

    /// <inheritdoc />
    public int ColumnCount => reader.FieldCount;

    /// <inheritdoc />
    public string NameOf(int column) => reader.GetName(column);

    /// <inheritdoc />
    public uint TypeOf(int column) => reader.GetDataTypeOID(column);

    /// <inheritdoc />
    public Task<bool> ReadAsync(CancellationToken cancellationToken) => reader.ReadAsync(cancellationToken);

    /// <inheritdoc />
    public bool IsNull(int column) => reader.IsDBNull(column);

    /// <inheritdoc />
    public ReadOnlySpan<byte> Bytes(int column)
    {
        var length = (int)Math.Min(MostBytes, reader.GetBytes(column, 0, null, 0, 0));
        if (_buffer.Length < length)
        {
            _buffer = new byte[Math.Max(length, Math.Min(MostBytes, _buffer.Length * 2))];
        }

        return _buffer.AsSpan(0, (int)reader.GetBytes(column, 0, _buffer, 0, length));
    }
}
