using System.Globalization;
using System.Runtime.CompilerServices;
using Dapper;
using MetricsCollector.Snapshots;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Storage.Postgres;

/// <summary>Reads samples of fields: only their numbers leave the server, never whole rows.</summary>
internal sealed class SamplesQuery(NpgsqlDataSource store)
{
    /// <summary>Series of one statement: bounds what the server sorts, and what is held here, to a few megabytes per field and day.</summary>
    private const int SeriesAtOnce = 200;

    /// <inheritdoc cref="ISnapshotReader.ReadSamplesAsync" />
    public async IAsyncEnumerable<SeriesSamples> ReadAsync(
        SeriesFilter filter,
        IReadOnlyList<string> fields,
        DateTimeOffset from,
        DateTimeOffset to,
        TimeSpan lookBack,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (filter.Metric is null)
        {
            throw new ArgumentException("Samples are read of one metric: name it.", nameof(filter));
        }

        await using var session = await StoreFailure.GuardAsync(() => ReadSession.OpenAsync(store, cancellationToken));
        var connection = session.Connection;
        var (wanted, series) = await StoreFailure.GuardAsync(() => FindAsync(connection, filter, fields, cancellationToken));
        if (wanted.Count == 0)
        {
            yield break;
        }

        var before = Before(from, lookBack);
        foreach (var chunk in series.Chunk(SeriesAtOnce))
        {
            await using var command = Command(connection, chunk, wanted, before, to);
            await using var reader = await StoreFailure.GuardAsync(() => command.ExecuteReaderAsync(cancellationToken));
            var keys = chunk.ToDictionary(one => one.Id, one => one.Key);
            var window = new SampleWindow(wanted.Count, before, from, to);
            var current = 0;
            while (await StoreFailure.GuardAsync(() => reader.ReadAsync(cancellationToken)))
            {
                var id = reader.GetInt32(0);
                if (id != current && current != 0)
                {
                    foreach (var samples in window.Take(keys[current], wanted))
                    {
                        yield return samples;
                    }
                }

                current = id;
                window.Add(reader);
            }

            if (current != 0)
            {
                foreach (var samples in window.Take(keys[current], wanted))
                {
                    yield return samples;
                }
            }
        }
    }

    private static DateTimeOffset Before(DateTimeOffset from, TimeSpan lookBack) =>
        from - DateTimeOffset.MinValue > lookBack ? from - lookBack : DateTimeOffset.MinValue;

    private static async Task<(List<(string Name, int Place)> Wanted, List<(int Id, SeriesKey Key)> Series)> FindAsync(
        NpgsqlConnection connection, SeriesFilter filter, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var metrics = await connection.QueryAsync<(int Id, string Name, string[] Fields)>(new CommandDefinition(
            StoreSql.Get("metrics_select"), new { names = new[] { filter.Metric! } }, cancellationToken: cancellationToken));
        var (metricId, _, stored) = metrics.SingleOrDefault();
        var labels = LabelFilter.ToJson(filter);
        if (stored is null || labels is null)
        {
            return ([], []);
        }

        var wanted = fields.Distinct().Select(name => (name, place: Array.IndexOf(stored, name) + 1)).Where(field => field.place > 0).ToList();
        var rows = await connection.QueryAsync<(int Id, string Target, string Labels)>(new CommandDefinition(
            StoreSql.Get("series_of_metric"), new { metric = metricId, target = filter.Target, labels }, cancellationToken: cancellationToken));
        return (wanted, [.. rows.Select(row => (row.Id, new SeriesKey(row.Target, filter.Metric!, LabelSet.FromJson(row.Labels))))]);
    }

    private static NpgsqlCommand Command(
        NpgsqlConnection connection, (int Id, SeriesKey Key)[] series, List<(string Name, int Place)> wanted, DateTimeOffset from, DateTimeOffset to)
    {
        var sql = StoreSql.Get("samples")
            .Replace("{raw}", Columns("readings[{0}], NULL::smallint, NULL::float8[]", wanted), StringComparison.Ordinal)
            .Replace("{packed}", Columns("summaries[7 * {0} - 6], packings[{0}], readings[coalesce(ends[{0} - 1], 0) + 1 : ends[{0}]]", wanted), StringComparison.Ordinal);
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<int[]>("series", NpgsqlDbType.Array | NpgsqlDbType.Integer) { TypedValue = [.. series.Select(one => one.Id)] });
        command.Parameters.Add(new NpgsqlParameter<DateTime>("from", NpgsqlDbType.TimestampTz) { TypedValue = from.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime>("dayBefore", NpgsqlDbType.TimestampTz) { TypedValue = Before(from, TimeSpan.FromDays(1)).UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime>("to", NpgsqlDbType.TimestampTz) { TypedValue = to.UtcDateTime });
        return command;
    }

    private static string Columns(string format, List<(string Name, int Place)> wanted) =>
        string.Join(", ", wanted.Select(field => format.Replace("{0}", field.Place.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));
}
