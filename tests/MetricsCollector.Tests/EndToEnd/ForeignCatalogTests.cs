using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>Metric files of other collectors run unchanged, and files that change while the service runs take effect.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ForeignCatalogTests(PostgresFixture postgres) : IDisposable
{
    private const string Pgwatch =
        """
        metrics:
          table_counts:
            description: Tables by schema.
            sqls:
              11: |
                select (extract(epoch from now()) * 1e9)::int8 as epoch_ns, nspname::text as tag_schema,
                  count(*) as tables, 1.5 as seen_total
                from pg_class join pg_namespace n on n.oid = relnamespace where relkind = 'r' group by nspname
            gauges: [tables]
            is_instance_level: true
        """;

    private const string Exporter =
        """
        pg_sessions:
          query: "SELECT usename::text, count(*) AS sessions, 'x' AS ignored FROM pg_stat_activity
            WHERE usename IS NOT NULL GROUP BY usename"
          master: true
          metrics:
            - usename: {usage: "LABEL", description: "Role"}
            - sessions: {usage: "GAUGE", description: "Sessions"}
            - ignored: {usage: "DISCARD", description: "Nothing"}
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("metrics-collector-foreign-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task They_are_collected_stored_and_given_back_and_reloaded()
    {
        Write("metrics.yaml", Pgwatch);
        Write("queries.yaml", Exporter);
        await using var store = await postgres.CreateDatabaseAsync();
        await using var app = new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("ConnectionStrings:Store", store.ConnectionString);
            builder.UseSetting("Storage:Spool:MaxBytes", "0");
            builder.UseSetting("Targets:0:Name", "watched");
            builder.UseSetting("Targets:0:ConnectionString", postgres.ConnectionString);
            builder.UseSetting("Catalog:Directories:0", _directory.FullName);
            builder.UseSetting("Collection:Interval", "2s");
        });
        using var client = app.CreateClient();

        await Eventually.TrueAsync(
            async () => await CountAsync(client, "snapshots/latest?metric=table_counts&label=schema:pg_catalog") == 1,
            "pgwatch's metric is collected");
        await Eventually.TrueAsync(
            async () => await CountAsync(client, "snapshots/latest?metric=pg_sessions") == 1, "the exporter's metric is collected");
        var values = (await GetAsync(client, "snapshots/latest?metric=table_counts&label=schema:pg_catalog"))
            .GetProperty("items")[0]
            .GetProperty("rows")[0]
            .GetProperty("values");
        Assert.True(values.GetProperty("tables").GetDouble() > 10);
        Assert.False(values.TryGetProperty("epoch_ns", out _));
        var fields = (await GetAsync(client, "metrics/table_counts"))
            .GetProperty("fields")
            .EnumerateArray()
            .ToDictionary(field => field.GetProperty("name").GetString()!, field => field.GetProperty("kind").GetString());
        Assert.Equal(("gauge", "counter"), (fields["tables"], fields["seen_total"]));
        await Eventually.TrueAsync(
            async () => (await GetAsync(client, "query?metric=table_counts&field=tables&from=-5m&fn=last"))
                .GetProperty("series")
                .GetArrayLength() > 0,
            "it can be queried");

        Write("queries.yaml", Exporter.Replace("GAUGE", "GAUGUE", StringComparison.Ordinal));
        await Eventually.TrueAsync(
            async () =>
                (await GetAsync(client, "status")).GetProperty("reasons").ToString().Contains("queries.yaml", StringComparison.Ordinal),
            "the bad file is told");
        Assert.Equal(1, await CountAsync(client, "snapshots/latest?metric=pg_sessions"));

        Write("queries.yaml", Exporter.Replace("pg_sessions:", "pg_roles_seen:", StringComparison.Ordinal));
        await Eventually.TrueAsync(
            async () =>
                (await client.GetAsync(new Uri("/api/v1/metrics/pg_roles_seen", UriKind.Relative), Cancellation)).IsSuccessStatusCode,
            "the new file is read");
        await Eventually.TrueAsync(
            async () => await CountAsync(client, "snapshots/latest?metric=pg_roles_seen") == 1, "its metric is collected");
    }

    private static Task<JsonElement> GetAsync(HttpClient client, string path) =>
        client.GetFromJsonAsync<JsonElement>(new Uri("/api/v1/" + path, UriKind.Relative), Cancellation);

    private static async Task<int> CountAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri("/api/v1/" + path, UriKind.Relative), Cancellation);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("items").GetArrayLength()
            : 0;
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory.FullName, name), text);
}
