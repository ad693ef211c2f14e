using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Read;

/// <summary>Reads samples of fields, one series after the other; only the fields asked for are unpacked.</summary>
internal sealed class SqliteSamplesQuery(SqliteFile file)
{
    private const string SamplesSql =
        """
        SELECT collected_at, readings
        FROM (
          SELECT collected_at, readings
          FROM metrics_raw
          WHERE series_id = @series AND collected_at >= @before AND collected_at < @from
          ORDER BY collected_at DESC
          LIMIT 1)
        UNION ALL
        SELECT collected_at, readings
        FROM metrics_raw
        WHERE series_id = @series AND collected_at >= @from AND collected_at <= @to
        ORDER BY collected_at
        """;

    private const string SeriesOfMetricSql =
        """
        SELECT s.series_id, t.name, s.labels
        FROM series s
        JOIN targets t ON t.target_id = s.target_id
        WHERE s.metric_id = @metric AND (@target IS NULL OR t.name = @target) AND (@labels IS NULL OR has_labels(s.labels, @labels))
          AND s.first_seen <= @to AND s.last_seen + 600000 > @from
        ORDER BY s.series_id
        """;

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

        // SQLite answers on the thread that asks: let the caller go first, so that it can await.
        await Task.Yield();
        using var connection = SqliteFailure.Guard(file.Path, file.OpenReader);
        using var transaction = connection.BeginTransaction(deferred: true);
        var window = new Window(
            UnixMilliseconds.Ceiling(from - DateTimeOffset.MinValue > lookBack ? from - lookBack : DateTimeOffset.MinValue),
            UnixMilliseconds.Ceiling(from),
            UnixMilliseconds.Floor(to));
        var (wanted, series) = SqliteFailure.Guard(file.Path, () => Find(connection, filter, fields, window));
        using var statement = new SqliteStatement(connection, SamplesSql, "series", "before", "from", "to");
        foreach (var (id, key) in series)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var samples in SqliteFailure.Guard(file.Path, () => ReadOne(statement, id, key, wanted, window)))
            {
                yield return samples;
            }
        }
    }

    private static List<SeriesSamples> ReadOne(
        SqliteStatement statement, long id, SeriesKey key, List<(string Name, int Place)> wanted, Window window)
    {
        var samples = wanted.Select(_ => new List<Sample>()).ToArray();
        int[] places = [.. wanted.Select(field => field.Place)];
        var readings = new double?[places.Length];
        using var row = statement.Read(id, window.Before, window.From, window.To);
        while (row.Read())
        {
            var at = UnixMilliseconds.ToInstant(row.GetInt64(0));
            ReadingsBlob.Read(row.GetFieldValue<byte[]>(1), places, readings);
            for (var i = 0; i < places.Length; i++)
            {
                samples[i].Add(new Sample(at, readings[i]));
            }
        }

        return samples is [] or [[], ..] ? [] : [.. wanted.Select((field, i) => new SeriesSamples(key, field.Name, samples[i]))];
    }

    private static (List<(string Name, int Place)> Wanted, List<(long Id, SeriesKey Key)> Series) Find(
        SqliteConnection connection, SeriesFilter filter, IReadOnlyList<string> fields, Window window)
    {
        var (metric, stored) = connection.QuerySingleOrDefault<(long Id, string? Fields)>(
            SqliteSql.Get("metric_select"), new { name = filter.Metric });
        if (stored is null || !SqliteLabels.TryWrite(filter, out var labels))
        {
            return ([], []);
        }

        var names = JsonSerializer.Deserialize<string[]>(stored)!;
        var wanted = fields.Distinct().Select(name => (name, place: Array.IndexOf(names, name))).Where(field => field.place >= 0).ToList();
        var rows = connection.Query<(long Id, string Target, string Labels)>(
            SeriesOfMetricSql, new { metric, target = filter.Target, labels, from = window.Before, to = window.To });
        return (wanted, wanted.Count == 0 ? [] : [.. rows
            .Select(row => (row.Id, new SeriesKey(row.Target, filter.Metric!, LabelSet.FromJson(row.Labels))))
            .Where(row => filter.Predicate?.Invoke(row.Item2.Labels) != false)]);
    }

    /// <summary>Milliseconds: how far back the sample before may lie, and the range.</summary>
    private readonly record struct Window(long Before, long From, long To);
}
