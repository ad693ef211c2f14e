using Npgsql;

namespace MetricsCollector.Collection.Rows;

/// <summary>The bytes of an answer's values, as the server sent them. A value stays valid until the next is read.</summary>
/// <param name="reader">The answer.</param>
internal sealed class ColumnReader(NpgsqlDataReader reader)
{
    /// <summary>Of a longer value only so much is looked at; a server may send a gigabyte.</summary>
    private const int MostBytes = 1024 * 1024;

    private byte[] _buffer = new byte[256];

    /// <summary>Whether a value is NULL.</summary>
    public bool IsNull(AnswerColumn column) => reader.IsDBNull(column.Ordinal);

    /// <summary>The bytes of a value that is not NULL.</summary>
    public ReadOnlySpan<byte> Bytes(AnswerColumn column)
    {
        var length = (int)Math.Min(MostBytes, reader.GetBytes(column.Ordinal, 0, null, 0, 0));
        if (_buffer.Length < length)
        {
            _buffer = new byte[Math.Max(length, Math.Min(MostBytes, _buffer.Length * 2))];
        }

        return _buffer.AsSpan(0, (int)reader.GetBytes(column.Ordinal, 0, _buffer, 0, length));
    }
}
