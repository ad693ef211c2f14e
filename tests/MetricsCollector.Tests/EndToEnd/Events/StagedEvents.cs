using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd.Events;

/// <summary>
/// A server to which everything happens that is an event, collected from before and after each, and the service that tells.
/// </summary>
public sealed class StagedEvents : IAsyncLifetime
{
    /// <summary>What nobody may read anywhere.</summary>
    public const string Secret = "hunter2-never-shown";

    /// <summary>The name of the target.</summary>
    public const string Target = "staged";

    private static readonly string[] Metrics =
    [
        "up", "server", "bgwriter", "checkpointer", "wal", "archiver", "database", "settings", "setting_texts", "extensions", "load",
        "load_sampling",
    ];

    private readonly TemporaryDirectory _directory = new();
    private LocalServer? _server;
    private ServiceProcess? _service;

    /// <summary>The bytes of everything that the service stored or logged.</summary>
    public IEnumerable<byte[]> Files => Directory.EnumerateFiles(_directory.File("."), "*", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal))
        .Select(ReadShared);

    /// <summary>What the service logged.</summary>
    internal string Log => _service!.Output;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await LocalServer.StartAsync(new LocalServerOptions
            {
                FromTemplate = true,
                Major = TestMajors.All[0],
                // Without it the server shows no archive_command.
                Settings = new Dictionary<string, string> { ["archive_mode"] = "on", ["wal_level"] = "replica" },
            });
        }
        catch (PostgresNotFoundException exception)
        {
            Assert.Skip(exception.Message);
        }

        await RunAsync("CREATE ROLE watcher LOGIN PASSWORD 'watcher' IN ROLE pg_monitor", "CREATE EXTENSION hstore VERSION '1.4'");
        await StartServiceAsync();
        await CollectAsync();
        await ChangeAsync();
        await LoseMetricAsync();
        await RestartAsync();
        await _service!.TerminateAsync();
        Assert.Equal(0, await _service.ExitAsync(TimeSpan.FromSeconds(60)));
        await _service.DisposeAsync();
        await StartServiceAsync();
        await CollectAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Dispose();
    }

    /// <summary>The events of a kind, the oldest first.</summary>
    public async Task<JsonElement[]> EventsAsync(string query) =>
        [.. (await GetAsync($"events?order=asc&limit=1000&{query}")).GetProperty("items").EnumerateArray()];

    /// <summary>Asks the service.</summary>
    public async Task<JsonElement> GetAsync(string path) =>
        await _service!.Client.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/{path}", UriKind.Relative));

    /// <summary>Asks the service for text, whatever it answers.</summary>
    public async Task<(HttpResponseMessage Answer, string Text)> GetTextAsync(string path)
    {
        var answer = await _service!.Client.GetAsync(new Uri($"/api/v1/{path}", UriKind.Relative));
        return (answer, await answer.Content.ReadAsStringAsync());
    }

    private async Task ChangeAsync()
    {
        await RunAsync(
            "ALTER SYSTEM SET work_mem = '64MB'",
            "ALTER SYSTEM SET log_min_messages = 'error'",
            "ALTER SYSTEM SET log_statement = 'ddl'",
            $"ALTER SYSTEM SET primary_conninfo = 'host=db1 user=replicator password=''{Secret} \\''x'' sslmode=require'",
            $"ALTER SYSTEM SET archive_command = 'PGPASSWORD={Secret} true'",
            "SELECT pg_reload_conf()",
            "ALTER EXTENSION hstore UPDATE TO '1.8'",
            "CREATE EXTENSION citext");
        await Eventually.TrueAsync(
            async () => (string?)await ScalarAsync("SHOW work_mem") == "64MB", "the server has read its configuration");
        await CollectAsync();
        await RunAsync("SELECT pg_stat_reset()", "SELECT pg_stat_reset_shared('bgwriter')", "DROP EXTENSION citext");
        await CollectAsync();
    }

    private async Task LoseMetricAsync()
    {
        await RunAsync("REVOKE SELECT ON pg_stat_archiver FROM PUBLIC");
        await CollectAsync();
        await RunAsync("GRANT SELECT ON pg_stat_archiver TO PUBLIC");
        await CollectAsync();
    }

    private async Task RestartAsync()
    {
        await _server!.StopAsync();
        await _server.StartAgainAsync();
        await CollectAsync();
        await _server.KillAsync();
        await CollectAsync();
        await _server.StartAgainAsync();
        await CollectAsync();
    }

    private async Task StartServiceAsync()
    {
        var connection = new NpgsqlConnectionStringBuilder(_server!.ConnectionString()) { Username = "watcher", Password = "watcher" };
        _service = ServiceProcess.Start(_directory, new Dictionary<string, string>
        {
            ["Targets:0:Name"] = Target,
            ["Targets:0:ConnectionString"] = connection.ConnectionString,
            // Only the test collects, after the first time.
            ["Collection:Interval"] = "1d",
        });
        await _service.ReadyAsync();
    }

    private async Task CollectAsync()
    {
        using var answer = await _service!.Client.PostAsJsonAsync("/api/v1/collections", new { metrics = Metrics });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task RunAsync(params string[] statements)
    {
        await using var connection = new NpgsqlConnection(_server!.ConnectionString() + ";Pooling=false");
        await connection.OpenAsync();
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_server!.ConnectionString() + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
