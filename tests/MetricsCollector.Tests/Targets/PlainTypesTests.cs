using MetricsCollector.Collection.Rows.Values;
using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;
using MetricsCollector.Targets.PostgreSql.Driver;
using Npgsql;

namespace MetricsCollector.Tests.Targets;

/// <summary>What targets' answers are read with, which all targets share.</summary>
[Trait("PostgreSQL", "ends")]
public sealed class PlainTypesTests(PostgresFixture postgres)
{
    private static readonly SessionLimits Limits = new(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_one_has_the_server_s_object_identifier_and_holds_one_value()
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        foreach (var type in PlainTypes.All)
        {
            await using var command = source.CreateCommand(
                "SELECT oid::int8 FROM pg_type WHERE typname = $1 AND typnamespace = 'pg_catalog'::regnamespace AND typtype = 'b' AND "
                    + "typcategory <> 'A'");
            command.Parameters.AddWithValue(type.InternalName);
            Assert.Equal(
                (type.InternalName, type.OID), (type.InternalName, (uint)(long)(await command.ExecuteScalarAsync(Cancellation) ?? 0L)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Targets_at_once_read_the_same_values(bool sharedTables)
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ReadAsync(sharedTables), Cancellation)));
        Assert.All(all, values => Assert.Equal(all[0], values));
        Assert.Equal(
            [
                "true", "2", "4", "8", "4.5", "8.5", "1.50", "text", "name", "26", "2025-06-01T12:00:00Z", "01:30:00", "10.0.0.1", "{}",
                "0/FF",
            ],
            all[0]);
    }

    [Theory]
    [InlineData("Pooling=true")]
    [InlineData("Pooling=false;Application Name=metrics-collector")]
    public async Task The_store_s_connections_keep_all_of_Npgsql_s_types(string settings)
    {
        await ReadAsync(sharedTables: true);
        await using var source = NpgsqlDataSource.Create($"{postgres.ConnectionString};{settings}");
        await using var command = source.CreateCommand("SELECT ARRAY[1, 2], int4range(1, 3)");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        await reader.ReadAsync(Cancellation);
        Assert.Equal([1, 2], reader.GetFieldValue<int[]>(0));
        Assert.Equal(new NpgsqlTypes.NpgsqlRange<int>(1, true, 3, false), reader.GetFieldValue<NpgsqlTypes.NpgsqlRange<int>>(1));
    }

    private async Task<string?[]> ReadAsync(bool sharedTables)
    {
        const string Sql =
            """
            SELECT true, 2::int2, 4, 8::int8, 4.5::float4, 8.5::float8, 1.50::numeric, 'text'::text, 'name'::name, 26::oid,
                   '2025-06-01 12:00:00+00'::timestamptz, interval '90 minutes', '10.0.0.1'::inet, '{}'::jsonb, '0/FF'::pg_lsn
            """;
        await using var session = new TargetSession(
            new Target("test", new NpgsqlConnectionStringBuilder(postgres.ConnectionString)), Limits, sharedTables: sharedTables);
        await session.OpenAsync(Cancellation);
        string?[] values = [];
        var asked = await session.ExecuteAsync(
            [new Statement(Sql)],
            async (_, answer, cancellationToken) =>
            {
                await answer.ReadAsync(cancellationToken);
                values = [.. Enumerable.Range(0, answer.ColumnCount).Select(i => ValueText.Of(answer.TypeOf(i), answer.Bytes(i), 18))];
            },
            Cancellation);
        Assert.Null(asked.Failure);
        return values;
    }
}
