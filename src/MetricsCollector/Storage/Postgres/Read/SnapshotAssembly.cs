using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>Reads the rows of snapshots whose heads are known.</summary>
internal static class SnapshotAssembly
{
    /// <summary>The snapshots of heads, in their order, with the rows whose labels match.</summary>
    /// <param name="connection">A connection to the store.</param>
    /// <param name="heads">The snapshots.</param>
    /// <param name="labels">Labels that the rows must have, as JSON.</param>
    /// <param name="ahead">Where the next page will ask; null when there is none.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public static async Task<IReadOnlyList<Snapshot>> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<SnapshotHead> heads, string labels, ReadAhead? ahead,
        CancellationToken cancellationToken)
    {
        var fields = await ReadFieldsAsync(connection, heads, cancellationToken);
        var rows = await ReadRowsAsync(connection, heads, labels, ahead, cancellationToken);
        var series = await ReadSeriesAsync(connection, rows, cancellationToken);
        return
        [
            .. heads.Select((head, place) =>
            {
                var names = fields.GetValueOrDefault(head.Outcome.Metric, []);
                return head.With(names, [.. rows[place].Select(row => ToRow(series[row.Series], row.Readings, names.Count))]);
            }),
        ];
    }

    private static SnapshotRow ToRow(
        (LabelSet Labels, IReadOnlyDictionary<string, string>? Attributes) series, double?[] readings, int fields)
    {
        if (readings.Length != fields)
        {
            // Stored before the newest fields were appended.
            Array.Resize(ref readings, fields);
        }

        return new SnapshotRow(series.Labels, readings, series.Attributes);
    }

    private static async Task<Dictionary<string, IReadOnlyList<string>>> ReadFieldsAsync(
        NpgsqlConnection connection, IReadOnlyList<SnapshotHead> heads, CancellationToken cancellationToken)
    {
        var names = heads.Select(head => head.Outcome.Metric).Distinct().ToArray();
        var rows = await connection.QueryAsync<(int Id, string Name, string[] Fields)>(
            new CommandDefinition(StoreSql.Get("metrics_select"), new { names }, cancellationToken: cancellationToken));
        return rows.ToDictionary(row => row.Name, row => (IReadOnlyList<string>)row.Fields, StringComparer.Ordinal);
    }

    private static async Task<List<(int Series, double?[] Readings)>[]> ReadRowsAsync(
        NpgsqlConnection connection, IReadOnlyList<SnapshotHead> heads, string labels, ReadAhead? ahead,
        CancellationToken cancellationToken)
    {
        var rows = new List<(int Series, double?[] Readings)>[heads.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = [];
        }

        var filled = heads.Select((head, place) => (head, place)).Where(one => one.head.Outcome.Rows > 0).ToList();
        if (filled.Count == 0)
        {
            return rows;
        }

        var instants = filled.Select(one => one.head.CollectedAt.UtcDateTime).ToArray();
        var (oldest, newest) = (instants.Min(), instants.Max());
        await using var command = new NpgsqlCommand(StoreSql.Get("snapshot_rows"), connection);
        command.Parameters.AddWithValue("targets", filled.Select(one => one.head.TargetId).ToArray());
        command.Parameters.AddWithValue("metrics", filled.Select(one => one.head.Outcome.Metric).ToArray());
        command.Parameters.AddWithValue("instants", instants);
        command.Parameters.AddWithValue("distinct", instants.Distinct().ToArray());
        command.Parameters.AddWithValue("oldest", oldest);
        command.Parameters.AddWithValue("newest", newest);
        command.Parameters.AddWithValue("dayBefore", oldest - TimeSpan.FromDays(1));
        command.Parameters.AddWithValue("labels", labels);
        var packed = new PackedSnapshots(filled, rows, ahead);
        command.Parameters.AddWithValue("unpackedSeries", packed.Unpacked.Select(known => known.Series).ToArray());
        command.Parameters.AddWithValue("unpackedStarts", packed.Unpacked.Select(known => known.StartsAt.UtcDateTime).ToArray());
        command.Parameters.AddWithValue("unpackedEnds", packed.Unpacked.Select(known => known.EndsAt.UtcDateTime).ToArray());
        command.Parameters.AddWithValue("unpackedCounts", packed.Unpacked.Select(known => known.Packed).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.IsDBNull(0))
            {
                packed.Add(reader);
            }
            else
            {
                rows[filled[(int)reader.GetInt64(0) - 1].place].Add((reader.GetInt32(1), reader.GetFieldValue<double?[]>(2)));
            }
        }

        foreach (var snapshot in rows)
        {
            snapshot.Sort((a, b) => a.Series.CompareTo(b.Series));
        }

        return rows;
    }

    private static async Task<Dictionary<int, (LabelSet Labels, IReadOnlyDictionary<string, string>? Attributes)>> ReadSeriesAsync(
        NpgsqlConnection connection, List<(int Series, double?[] Readings)>[] rows, CancellationToken cancellationToken)
    {
        var ids = rows.SelectMany(snapshot => snapshot).Select(row => row.Series).Distinct().ToArray();
        var series = await connection.QueryAsync<(int Id, string Labels, string Attributes)>(
            new CommandDefinition(
                "SELECT series_id, labels::text, attributes::text FROM series WHERE series_id = ANY(@ids)",
                new { ids }, cancellationToken: cancellationToken));
        return series.ToDictionary(
            one => one.Id,
            one => (LabelSet.FromJson(one.Labels), AttributesJson.Read(one.Attributes) is { Count: > 0 } attributes ? attributes : null));
    }
}
