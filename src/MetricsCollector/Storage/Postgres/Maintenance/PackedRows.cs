using MetricsCollector.Storage.Packing;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Storage.Postgres.Maintenance;

/// <summary>Rows of <c>metrics_packed_hours</c> and <c>metrics_packed_days</c>.</summary>
internal static class PackedRows
{
    private const string PackCopySql =
        """
        COPY {table} (
          series_id, starts_at, ends_at, row_count, longest_gap, times_packing, times, packings, ends, readings, summaries
        ) FROM STDIN (FORMAT BINARY)
        """;

    /// <summary>Reads a row of <c>pack_take_packed.sql</c>.</summary>
    public static (int Series, PackedWindow Window) Read(NpgsqlDataReader row) => (row.GetInt32(0), new PackedWindow
    {
        StartsAt = row.GetFieldValue<DateTimeOffset>(1),
        EndsAt = row.GetFieldValue<DateTimeOffset>(2),
        Rows = row.GetInt32(3),
        LongestGap = row.GetInt32(4),
        TimesPacking = row.GetInt16(5),
        Times = row.GetFieldValue<double[]>(6),
        Packings = row.GetFieldValue<short[]>(7),
        FirstAndLast = row.GetFieldValue<int[]>(8),
        Readings = row.GetFieldValue<double[]>(9),
        Summaries = row.GetFieldValue<double?[]>(10),
    });

    /// <summary>Writes rows with one COPY.</summary>
    public static async Task CopyAsync(
        NpgsqlConnection connection, string table, IEnumerable<(int Series, PackedWindow Window)> rows, CancellationToken cancellationToken)
    {
        const NpgsqlDbType Doubles = NpgsqlDbType.Array | NpgsqlDbType.Double;
        await using var copy = await connection.BeginBinaryImportAsync(
            PackCopySql.Replace("{table}", table, StringComparison.Ordinal), cancellationToken);
        foreach (var (series, window) in rows)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(series, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(window.StartsAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(window.EndsAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(window.Rows, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(window.LongestGap, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(window.TimesPacking, NpgsqlDbType.Smallint, cancellationToken);
            await copy.WriteAsync(window.Times, Doubles, cancellationToken);
            await copy.WriteAsync(window.Packings, NpgsqlDbType.Array | NpgsqlDbType.Smallint, cancellationToken);
            await copy.WriteAsync(window.FirstAndLast, NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(window.Readings, Doubles, cancellationToken);
            await copy.WriteAsync(window.Summaries, Doubles, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }
}
