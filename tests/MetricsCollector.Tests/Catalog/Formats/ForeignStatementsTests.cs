using MetricsCollector.Catalog.Files.Pgwatch;
using MetricsCollector.Catalog.Files.PostgresExporter;
using Npgsql;

namespace MetricsCollector.Tests.Catalog.Formats;

/// <summary>Statements as people have them for other collectors, sent to a real server as they come out of the readers.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ForeignStatementsTests(PostgresFixture postgres)
{
    private const string Pgwatch =
        """
        metrics:
          sessions:
            sqls:
              11: select 1/0 as never_sent
              14: |
                with s as (
                  select * from pg_stat_activity where pid <> pg_backend_pid() -- not ourselves
                )
                select /* pgwatch_generated */
                  (extract(epoch from now()) * 1e9)::int8 as epoch_ns,
                  current_database()::text as tag_database,
                  'a; b'::text as note,
                  count(*) filter (where state = 'active') as active,
                  coalesce(extract(epoch from max(now() - xact_start)), 0)::float8 as longest_tx_s
                from s;
            gauges: [active, longest_tx_s]
          relations:
            sqls:
              14: |
                /* the largest */
                select relname::text as tag_table, pg_table_size(oid) as table_size_b, reltuples::int8 as rows
                from pg_class where relkind = 'r' order by 2 desc limit 5
            gauges: ['*']
        """;

    private const string Exporter =
        """
        databases:
          query: "SELECT datname, xact_commit, numbackends,
          stats_reset FROM pg_stat_database;"
          master: true
          metrics:
            - datname: {usage: LABEL}
            - xact_commit: {usage: COUNTER}
            - numbackends: {usage: GAUGE}
        settings:
          query: |
            SELECT name, boot_val AS mode, '1h2m3s' AS span, '-1' AS off, '250ms' AS brief
            FROM pg_settings WHERE name = 'fsync'; -- one
          metrics:
            - name: {usage: LABEL}
            - mode: {usage: MAPPEDMETRIC, metric_mapping: {on: 1, off: 0}}
            - span: {usage: DURATION}
            - off: {usage: DURATION}
            - brief: {usage: DURATION}
        """;

    [Fact]
    public async Task Columns_of_pgwatch_statements_are_what_their_names_say()
    {
        foreach (var file in PgwatchFile.Read("metrics.yaml", Pgwatch).Where(file => file.Postgres.Max is null))
        {
            await using var connection = await OpenAsync();
            await using var command = new NpgsqlCommand(file.SqlFor(connection.PostgreSqlVersion.Major), connection);
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
            var roles = Enumerable.Range(0, reader.FieldCount)
                .Select(i => file.Columns!(reader.GetName(i), reader.GetFieldType(i) != typeof(string)))
                .ToList();
            Assert.Equal(
                file.Metric == "sessions" ? ["database", "active", "longest_tx_s"] : ["table", "table_size_b", "rows"],
                roles.Select(role => role.Label ?? role.Field?.Name).OfType<string>());
        }
    }

    [Fact]
    public async Task Statements_of_postgres_exporter_have_the_columns_they_declare()
    {
        foreach (var file in PostgresExporterFile.Read("queries.yaml", Exporter))
        {
            await using var connection = await OpenAsync();
            await using var command = new NpgsqlCommand(file.SqlFor(connection.PostgreSqlVersion.Major), connection);
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
            Assert.All(
                file.Fields.Select(field => field.Name).Concat(file.Labels.Select(label => label.Name)), name => reader.GetOrdinal(name));
        }
    }

    [Fact]
    public async Task Mapped_texts_and_durations_arrive_as_numbers()
    {
        var file = PostgresExporterFile.Read("queries.yaml", Exporter)[1];
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(file.SqlFor(connection.PostgreSqlVersion.Major), connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal("fsync", reader.GetString(0));
        Assert.Equal(1.0, reader.GetDouble(reader.GetOrdinal("mode")));
        Assert.Equal(3_723_000.0, reader.GetDouble(reader.GetOrdinal("span")));
        Assert.Equal(250.0, reader.GetDouble(reader.GetOrdinal("brief")));
        Assert.True(await reader.IsDBNullAsync(reader.GetOrdinal("off"), TestContext.Current.CancellationToken));
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }
}
