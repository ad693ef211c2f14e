using System.Runtime.CompilerServices;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Shared;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>Reads samples of fields, or their summaries: only their numbers leave the server, never whole rows.</summary>
internal sealed class SamplesQuery(NpgsqlDataSource store)
{
    private const string SeriesOfMetricSql =
        """
        SELECT s.series_id, t.name, s.labels::text
        FROM series s
        JOIN targets t ON t.target_id = s.target_id
        WHERE s.metric_id = (SELECT metric_id FROM metric_definitions WHERE name = @metric)
          AND (@target::text IS NULL OR t.name = @target) AND s.labels @> @labels::jsonb
        ORDER BY s.series_id
        """;

    /// <summary>Series of one statement: bounds what the server sorts, and what is held here, to a few megabytes per field and
    /// day.</summary>
    private const int SeriesAtOnce = 200;

    /// <inheritdoc cref="ISnapshotReader.ReadSummariesAsync" />
    public async IAsyncEnumerable<SeriesSamples> ReadAsync(
        SeriesFilter filter,
        IReadOnlyList<string> fields,
        DateTimeOffset from,
        DateTimeOffset to,
        TimeSpan lookBack,
        SummaryRequest? summaries,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (filter.Metric is null)
        {
            throw new ArgumentException("Samples are read of one metric: name it.", nameof(filter));
        }

        if (LabelFilter.ToJson(filter) is not { } labels)
        {
            yield break;
        }

        await using var session = await StoreFailure.GuardAsync(() => ReadSession.BeginAsync(store, cancellationToken));
        var connection = session.Connection;
        var (wanted, series) = await StoreFailure.GuardAsync(() => FindAsync(connection, filter, labels, fields, cancellationToken));
        if (wanted.Count == 0)
        {
            yield break;
        }

        var question = new Question(connection, wanted, Before(from, lookBack), from, to);
        foreach (var chunk in series.Chunk(SeriesAtOnce))
        {
            var again = new List<(int Id, SeriesKey Key)>();
            await foreach (var samples in question.ExecuteAsync(chunk, summaries, again, cancellationToken))
            {
                yield return samples;
            }

            await foreach (var samples in question.ExecuteAsync(again, null, [], cancellationToken))
            {
                yield return samples;
            }
        }
    }

    private static DateTimeOffset Before(DateTimeOffset from, TimeSpan lookBack) =>
        from - DateTimeOffset.MinValue > lookBack ? from - lookBack : DateTimeOffset.MinValue;

    /// <summary>Finds the fields and the series in one round trip.</summary>
    private static async Task<(List<(string Name, int Place)> Wanted, List<(int Id, SeriesKey Key)> Series)> FindAsync(
        NpgsqlConnection connection, SeriesFilter filter, string labels, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(StoreSql.Get("read_settings")));
        var metric = new NpgsqlBatchCommand(StoreSql.Get("metrics_select"));
        metric.Parameters.AddWithValue("names", new[] { filter.Metric! });
        batch.BatchCommands.Add(metric);
        var find = new NpgsqlBatchCommand(SeriesOfMetricSql);
        find.Parameters.AddWithValue("metric", filter.Metric!);
        find.Parameters.AddWithValue("target", NpgsqlDbType.Text, (object?)filter.Target ?? DBNull.Value);
        find.Parameters.AddWithValue("labels", labels);
        batch.BatchCommands.Add(find);

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var stored = await reader.ReadAsync(cancellationToken) ? reader.GetFieldValue<string[]>(2) : [];
        await reader.NextResultAsync(cancellationToken);
        var series = new List<(int, SeriesKey)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var found = LabelSet.FromJson(reader.GetString(2));
            if (filter.Predicate?.Invoke(found) != false)
            {
                series.Add((reader.GetInt32(0), new SeriesKey(reader.GetString(1), filter.Metric!, found)));
            }
        }

        var places = fields.Distinct().Select(name => (name, place: Array.IndexOf(stored, name) + 1));
        return ([.. places.Where(field => field.place > 0)], series);
    }

    private sealed record Question(
        NpgsqlConnection Connection, List<(string Name, int Place)> Wanted, DateTimeOffset Since, DateTimeOffset From, DateTimeOffset To)
    {
        /// <summary>Reads some series; those whose summaries will not do after all are put aside.</summary>
        public async IAsyncEnumerable<SeriesSamples> ExecuteAsync(
            IReadOnlyList<(int Id, SeriesKey Key)> series,
            SummaryRequest? summaries,
            List<(int Id, SeriesKey Key)> again,
            [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (series.Count == 0)
            {
                yield break;
            }

            await using var command = Command(series, summaries);
            await using var reader = await StoreFailure.GuardAsync(() => command.ExecuteReaderAsync(cancellationToken));
            var keys = series.ToDictionary(one => one.Id, one => one.Key);
            var window = new SampleWindow(Wanted.Count, Since, From, To);
            int? current = null;
            for (var more = true; more;)
            {
                more = await StoreFailure.GuardAsync(() => reader.ReadAsync(cancellationToken));
                int? id = more ? reader.GetInt32(0) : null;
                if (id != current && current is { } done)
                {
                    var taken = window.Take(keys[done], Wanted);
                    if (taken is null)
                    {
                        again.Add((done, keys[done]));
                    }

                    foreach (var samples in taken ?? [])
                    {
                        yield return samples;
                    }
                }

                current = id;
                if (more)
                {
                    window.Add(reader);
                }
            }
        }

        private NpgsqlCommand Command(IReadOnlyList<(int Id, SeriesKey Key)> series, SummaryRequest? summaries)
        {
            var columns = new SampleColumns(Wanted, summaries);
            var command = new NpgsqlCommand(columns.Sql(), Connection);
            command.Parameters.Add(
                new NpgsqlParameter<int[]>("series", NpgsqlDbType.Array | NpgsqlDbType.Integer)
                {
                    TypedValue = [.. series.Select(one => one.Id)],
                });
            AddTime(command, "since", Since);
            AddTime(command, "dayBefore", Before(Since, TimeSpan.FromDays(1)));
            AddTime(command, "from", From);
            AddTime(command, "to", To);
            columns.AddParameters(command);
            return command;
        }

        private static void AddTime(NpgsqlCommand command, string name, DateTimeOffset at) =>
            command.Parameters.Add(new NpgsqlParameter<DateTime>(name, NpgsqlDbType.TimestampTz) { TypedValue = at.UtcDateTime });
    }
}
