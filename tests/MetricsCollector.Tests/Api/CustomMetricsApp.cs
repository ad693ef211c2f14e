using MetricsCollector.Tests.Catalog;
using Microsoft.AspNetCore.Hosting;
using Npgsql;

namespace MetricsCollector.Tests.Api;

/// <summary>
/// The whole service over two databases with objects of every kind, and metric files of its own; <c>bloat</c> is outside the preset.
/// </summary>
public sealed class CustomMetricsApp(PostgresFixture postgres) : CollectorApp(postgres), IAsyncLifetime
{
    private const string Objects =
        """
        CREATE TABLE orders (id int PRIMARY KEY, shipped bool NOT NULL DEFAULT false, note text);
        INSERT INTO orders SELECT n FROM generate_series(1, 500) n;
        CREATE SEQUENCE tickets;
        SELECT nextval('tickets');
        CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 2 * n; END';
        """;

    private readonly PostgresFixture _postgres = postgres;
    private readonly MetricDirectory _files = new();
    private readonly List<TestDatabase> _databases = [];

    /// <summary>The first of the databases; the only one with the table <c>invoices</c>.</summary>
    public string First => _databases[0].Name;

    /// <summary>The second of the databases.</summary>
    public string Second => _databases[1].Name;

    /// <summary>The directory with the metric files.</summary>
    public string Files => _files.Path;

    /// <summary>Connection string to the first of the databases.</summary>
    public string FirstConnection => _databases[0].ConnectionString;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            var database = await _postgres.CreateDatabaseAsync();
            _databases.Add(database);
            await ExecuteAsync(database.ConnectionString, $"ALTER DATABASE {database.Name} SET track_functions = 'all'");
            await ExecuteAsync(database.ConnectionString, Objects);
            await ExecuteAsync(database.ConnectionString, "SELECT twice(n) FROM generate_series(1, 3) n; ANALYZE orders");
        }

        await ExecuteAsync(FirstConnection, "CREATE TABLE invoices (id int); INSERT INTO invoices VALUES (1), (2), (3)");
        foreach (var (name, text) in CustomMetricFiles.All(First))
        {
            _files.Write(name, text);
        }

        await InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        _files.Dispose();
    }

    /// <summary>Runs statements.</summary>
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Catalog:Directories:0", _files.Path);
        builder.UseSetting("Targets:0:Databases:0", First);
        builder.UseSetting("Targets:0:Databases:1", Second);
        string[] metrics = ["+index_sizes", "+functions", "+sequences", "+table_age"];
        for (var i = 0; i < metrics.Length; i++)
        {
            builder.UseSetting($"Targets:0:Metrics:{i}", metrics[i]);
        }
    }
}
