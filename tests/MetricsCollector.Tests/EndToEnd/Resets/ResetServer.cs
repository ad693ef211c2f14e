using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd.Resets;

/// <summary>
/// A server whose statistics are reset in every way, the service that watches it, and what a superuser reads at the same time.
/// </summary>
internal sealed class ResetServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ServiceProcess _service;

    private ResetServer(LocalServer server, string interval)
    {
        Server = server;
        _service = ServiceProcess.Start(_directory, new Dictionary<string, string>
        {
            ["Targets:0:Name"] = "watched",
            ["Targets:0:ConnectionString"] = server.ConnectionString(),
            ["Targets:0:Preset"] = "exhaustive",
            ["Collection:Interval"] = interval,
        });
    }

    public LocalServer Server { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts both.</summary>
    /// <param name="major">The version of the server.</param>
    /// <param name="interval">How often the service collects; unless told otherwise, after the first time only the test does.</param>
    public static async Task<ResetServer> StartAsync(int major, string interval = "1d")
    {
        var server = await LocalServer.StartAsync(
            new LocalServerOptions
            {
                FromTemplate = true,
                Major = major,
                Settings = new Dictionary<string, string>
                {
                    ["autovacuum"] = "off",
                    ["wal_level"] = "logical",
                    ["track_functions"] = "all",
                    ["shared_preload_libraries"] = "pg_stat_statements",
                },
            },
            Cancellation);
        await using (var source = NpgsqlDataSource.Create(server.ConnectionString()))
        {
            foreach (var sql in (string[])["CREATE EXTENSION pg_stat_statements", "CREATE DATABASE app"])
            {
                await using var command = source.CreateCommand(sql);
                await command.ExecuteNonQueryAsync(Cancellation);
            }
        }

        var watched = new ResetServer(server, interval);
        await watched._service.ReadyAsync();
        await watched.RunAsync(
            "CREATE EXTENSION pg_stat_statements; CREATE TABLE one (i int); CREATE TABLE other (i int); CREATE FUNCTION f() RETURNS int "
                + "LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'");
        return watched;
    }

    /// <summary>Runs statements in the database app with a session of their own, whose end tells the server what it did.</summary>
    public async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server.ConnectionString("app") + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Reads a number, or a time as its seconds; null where there is none.</summary>
    public async Task<double?> ReadAsync(string sql) => await ScalarAsync($"SELECT ({sql})::float8") as double?;

    /// <summary>Reads a text; there must be one.</summary>
    public async Task<string> TextAsync(string sql) => Assert.IsType<string>(await ScalarAsync($"SELECT ({sql})::text"));

    /// <summary>Inserts rows, scans them as often, and waits until the statistics tell of it.</summary>
    public async Task WorkAsync(int rows)
    {
        var before = await InsertedAsync();
        // Decoding sees what is flushed only, which tests' servers do not wait for.
        await RunAsync(
            $"SET synchronous_commit = on; INSERT INTO one SELECT generate_series(1, {rows}); SELECT count(*) FROM one; SELECT f();");
        await Eventually.TrueAsync(async () => await InsertedAsync() >= before + rows, "the statistics tell of the rows");
    }

    /// <summary>Collects everything now.</summary>
    /// <returns>The first instant behind it: what a counter did before the range counts up to its first sample inside.</returns>
    public async Task<string> CollectAsync()
    {
        using var answer = await _service.Client.PostAsJsonAsync("/api/v1/collections", new { metrics = new[] { "*" } }, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        using var collection = JsonDocument.Parse(text);
        var first = collection.RootElement.GetProperty("items")[0];
        Assert.True(first.GetProperty("reason").ValueKind == JsonValueKind.Null, text);
        return first.GetProperty("startedAt")
            .GetDateTimeOffset()
            .AddMilliseconds(1)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>Asks the service.</summary>
    public async Task<JsonElement> GetAsync(string path) =>
        await _service.Client.GetFromJsonAsync<JsonElement>(new Uri($"/api/v1/{path}", UriKind.Relative), Cancellation);

    /// <summary>Asks the service for text.</summary>
    public Task<string> GetTextAsync(string path) =>
        _service.Client.GetStringAsync(new Uri($"/api/v1/{path}", UriKind.Relative), Cancellation);

    /// <summary>What a query says between two collections: the increase, and why there were resets.</summary>
    public async Task<(double? Increase, string[] Resets)> DeltaAsync(ResetCounter counter, string from, string to)
    {
        var path = $"/api/v1/query?metric={counter.Metric}&field={counter.Field}&fn=delta&step=10000d&from={from}&to={to}{counter.Filter}";
        var answer = await _service.Client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), Cancellation);
        var series = Assert.Single(answer.GetProperty("series").EnumerateArray());
        var point = Assert.Single(series.GetProperty("points").EnumerateArray())[1];
        return (
            point.ValueKind == JsonValueKind.Null ? null : point.GetDouble(),
            [.. series.GetProperty("resets").EnumerateArray().Select(reset => reset.GetProperty("reason").GetString()!)]);
    }

    /// <summary>What a diff says between two collections; null where the counter did not move.</summary>
    public async Task<double?> DiffAsync(ResetCounter counter, string from, string to)
    {
        var path = $"/api/v1/diff?metric={counter.Metric}&limit=1000&from={from}&to={to}{counter.Filter}";
        var answer = await _service.Client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), Cancellation);
        var found = answer.GetProperty("items")
            .EnumerateArray()
            .Where(item => item.GetProperty("field").GetString() == counter.Field)
            .ToList();
        return found.Count == 0 ? null : Assert.Single(found).GetProperty("increase").GetDouble();
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await Server.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server.ConnectionString("app") + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private async Task<double> InsertedAsync() => await ReadAsync(ResetCounter.Inserted.Sql) ?? 0;
}
