using MetricsCollector.Storage.Packing;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Storage.Postgres;

/// <summary>Rows of <c>metrics_packed_hours</c> and <c>metrics_packed_days</c>.</summary>
internal static class PackedRows
{
    /// <summary>Reads a row of <c>pack_take_packed.sql</c>.</summary>
    public static (int Series, PackedWindow Window) Read(NpgsqlDataReader row) => (row.GetInt32(0), new PackedWindow
    {
        StartsAt = row.GetFieldValue<DateTimeOffset>(1),
        EndsAt = row.GetFieldValue<DateTimeOffset>(2),
        Rows = row.GetInt32(3),
        TimesPacking = row.GetInt16(4),
        Times = row.GetFieldValue<double?[]>(5),
        Packings = row.GetFieldValue<short[]>(6),
        Ends = row.GetFieldValue<int[]>(7),
        Counts = row.IsDBNull(8) ? null : row.GetFieldValue<int[]>(8),
        Readings = row.GetFieldValue<double?[]>(9),
        Firsts = row.GetFieldValue<double?[]>(10),
        Lasts = row.GetFieldValue<double?[]>(11),
        Minima = row.GetFieldValue<double?[]>(12),
        Maxima = row.GetFieldValue<double?[]>(13),
        Sums = row.GetFieldValue<double?[]>(14),
    });

    /// <summary>Writes rows with one COPY.</summary>
    public static async Task CopyAsync(
        NpgsqlConnection connection, string table, IEnumerable<(int Series, PackedWindow Window)> rows, CancellationToken cancellationToken)
    {
        const NpgsqlDbType Doubles = NpgsqlDbType.Array | NpgsqlDbType.Double;
        await using var copy = await connection.BeginBinaryImportAsync(
            StoreSql.Get("pack_copy").Replace("{table}", table, StringComparison.Ordinal), cancellationToken);
        foreach (var (series, window) in rows)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(series, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(window.StartsAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(window.EndsAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(window.Rows, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(window.TimesPacking, NpgsqlDbType.Smallint, cancellationToken);
            await copy.WriteAsync(window.Packings, NpgsqlDbType.Array | NpgsqlDbType.Smallint, cancellationToken);
            await copy.WriteAsync(window.Ends, NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellationToken);
            if (window.Counts is null)
            {
                await copy.WriteNullAsync(cancellationToken);
            }
            else
            {
                await copy.WriteAsync(window.Counts, NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellationToken);
            }

            foreach (var doubles in new[] { window.Times, window.Readings, window.Firsts, window.Lasts, window.Minima, window.Maxima, window.Sums })
            {
                await copy.WriteAsync(doubles, Doubles, cancellationToken);
            }
        }

        await copy.CompleteAsync(cancellationToken);
    }
}
