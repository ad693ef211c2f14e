using System.Net.Sockets;
using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Tests.LocalPostgres;

[Trait("PostgreSQL", "ends")]
public sealed class LocalServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_stops_and_starts_again_on_its_port_and_leaves_nothing()
    {
        var server = await StartedServer.StartAsync();
        var port = server.Port;
        await server.ExecuteAsync<int>("CREATE TABLE kept AS SELECT 42 AS answer; SELECT answer FROM kept");

        await server.StopAsync(Cancel);
        await Assert.ThrowsAnyAsync<SocketException>(() => ConnectAsync(port));
        await server.StartAgainAsync(Cancel);

        Assert.Equal(port, server.Port);
        Assert.Equal(42, await server.ExecuteAsync<int>("SELECT answer FROM kept"));

        await server.DisposeAsync();
        await Assert.ThrowsAnyAsync<SocketException>(() => ConnectAsync(port));
        Assert.False(Directory.Exists(Path.GetDirectoryName(server.DataDirectory)));
    }

    [Fact]
    public async Task Copies_of_the_template_are_clusters_of_their_own()
    {
        const string Identifier = "SELECT system_identifier FROM pg_control_system()";
        var template = new LocalServerOptions { FromTemplate = true };
        var servers = await Task.WhenAll(
            StartedServer.StartAsync(template), StartedServer.StartAsync(template), StartedServer.StartAsync(new LocalServerOptions()));
        await using var first = servers[0];
        await using var second = servers[1];
        await using var made = servers[2];

        var identifiers = await Task.WhenAll(servers.Select(server => server.ExecuteAsync<long>(Identifier)));
        Assert.Equal(3, identifiers.Distinct().Count());
        Assert.All(identifiers, identifier => Assert.True(identifier > 0));
        Assert.Equal(3, servers.Select(server => server.SuperuserPassword).Distinct().Count());

        // WAL begins with the identifier too: neither a crash nor a standby would get past another one.
        await first.ExecuteAsync<int>("SET synchronous_commit = on; CREATE TABLE kept AS SELECT 42 AS answer; SELECT 1");
        await first.KillAsync(Cancel);
        await first.StartAgainAsync(Cancel);
        Assert.Equal(42, await first.ExecuteAsync<int>("SELECT answer FROM kept"));
        Assert.Equal(identifiers[0], await first.ExecuteAsync<long>(Identifier));

        // Nothing else differs from what initdb makes.
        const string Settings = """
            SELECT string_agg(name || '=' || setting, ';' ORDER BY name)
            FROM pg_settings
            WHERE source = 'configuration file' AND name <> 'port'
            """;
        const string Databases = "SELECT string_agg(datname || datcollate || datctype || encoding, ';' ORDER BY datname) FROM pg_database";
        foreach (var sql in (string[])[Settings, Databases, "SELECT string_agg(type || auth_method, ';') FROM pg_hba_file_rules"])
        {
            Assert.Equal(await made.ExecuteAsync<string>(sql), await second.ExecuteAsync<string>(sql));
        }
    }

    [Fact]
    public async Task A_killed_server_recovers_what_it_had_committed()
    {
        await using var server = await StartedServer.StartAsync();
        await server.ExecuteAsync<int>("SET synchronous_commit = on; CREATE TABLE kept AS SELECT 42 AS answer; SELECT 1");

        await server.KillAsync(Cancel);
        Assert.False(server.IsRunning);
        await server.StartAgainAsync(Cancel);

        Assert.Equal(42, await server.ExecuteAsync<int>("SELECT answer FROM kept"));
    }

    [Fact]
    public async Task The_callers_settings_win_and_the_version_is_the_servers_own()
    {
        await using var server = await StartedServer.StartAsync(new LocalServerOptions
        {
            Settings = new Dictionary<string, string> { ["work_mem"] = "7MB", ["max_connections"] = "20" },
        });

        Assert.Equal("7MB", await server.ExecuteAsync<string>("SHOW work_mem"));
        Assert.Equal("20", await server.ExecuteAsync<string>("SHOW max_connections"));
        Assert.StartsWith(server.Version, await server.ExecuteAsync<string>("SHOW server_version"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_standby_follows_its_primary_until_it_is_promoted()
    {
        await using var primary = await StartedServer.StartAsync();
        await primary.ExecuteAsync<int>("CREATE TABLE told AS SELECT 1 AS value; SELECT 1");
        await using var standby = await LocalServer.StartStandbyAsync(primary, Cancel);
        Assert.True(await standby.ExecuteAsync<bool>("SELECT pg_is_in_recovery()"));

        await primary.ExecuteAsync<int>("INSERT INTO told VALUES (2); SELECT 1");
        await StartedServer.UntilAsync(async () => await standby.ExecuteAsync<long>("SELECT count(*) FROM told") == 2);
        await standby.PromoteAsync(Cancel);

        Assert.False(await standby.ExecuteAsync<bool>("SELECT pg_is_in_recovery()"));
    }

    [Fact]
    public async Task A_wrong_setting_fails_with_the_servers_own_words_and_leaves_nothing()
    {
        var data = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new LocalServerOptions
        {
            DataDirectory = data,
            Settings = new Dictionary<string, string> { ["work_mem"] = "much" },
        };

        var error = await Assert.ThrowsAsync<LocalPostgresException>(() => StartedServer.StartAsync(options));

        Assert.Contains("invalid value for parameter \"work_mem\"", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task A_taken_port_is_refused_with_the_remedy()
    {
        await using var first = await StartedServer.StartAsync();

        var error = await Assert.ThrowsAsync<LocalPostgresException>(
            () => StartedServer.StartAsync(new LocalServerOptions { Port = first.Port }));

        Assert.Contains("choose another", error.Message, StringComparison.Ordinal);
    }

    private static async Task ConnectAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Cancel);
    }
}
