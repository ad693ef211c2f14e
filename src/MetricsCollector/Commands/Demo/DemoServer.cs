using System.Security.Cryptography;
using MetricsCollector.LocalPostgres;
using Npgsql;

namespace MetricsCollector.Commands.Demo;

/// <summary>The demo's private PostgreSQL: a shop to watch, the role that watches it, and the database that keeps what was seen.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private const string ShopDatabase = "shop";
    private const string StoreDatabase = "metrics";
    private const string Role = "metrics_collector";

    private readonly LocalServer _server;
    private readonly string _rolePassword = RandomNumberGenerator.GetHexString(32);

    private DemoServer(LocalServer server) => _server = server;

    /// <summary>The server's version, such as 17.10.</summary>
    public string Version => _server.Version;

    /// <summary>Where its files are.</summary>
    public string DataDirectory => _server.DataDirectory;

    /// <summary>The shop as its application sees it.</summary>
    public string Shop => _server.ConnectionString(ShopDatabase);

    /// <summary>The store.</summary>
    public string Store => _server.ConnectionString(StoreDatabase);

    /// <summary>The server as the least-privileged role sees it.</summary>
    public string Watched =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString(ShopDatabase)) { Username = Role, Password = _rolePassword }
            .ConnectionString;

    /// <summary>A psql command that opens the store.</summary>
    public string PsqlCommand =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"PGPASSWORD={_server.SuperuserPassword} psql -h 127.0.0.1 -p {_server.Port} -U postgres -d {StoreDatabase}");

    /// <summary>Starts the server and fills it.</summary>
    public static async Task<DemoServer> StartAsync(bool keep, CancellationToken cancellationToken)
    {
        var options = new LocalServerOptions
        {
            Keep = keep,
            StopOnSignal = false,
            Progress = new Progress<string>(Console.WriteLine),
            Settings = new Dictionary<string, string> { ["work_mem"] = "1MB", ["checkpoint_timeout"] = "30s" },
        };
        var demo = new DemoServer(await LocalServer.StartAsync(options, cancellationToken));
        try
        {
            await demo.FillAsync(cancellationToken);
            return demo;
        }
        catch
        {
            await demo.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        await RunAsync(_server.ConnectionString(), $"CREATE DATABASE {ShopDatabase}", cancellationToken);
        await RunAsync(_server.ConnectionString(), $"CREATE DATABASE {StoreDatabase}", cancellationToken);
        await RunAsync(_server.ConnectionString(), DemoSql.MonitorRole, cancellationToken);
        await RunAsync(_server.ConnectionString(), $"ALTER ROLE {Role} PASSWORD '{_rolePassword}'", cancellationToken);
        await RunAsync(Shop, DemoSql.Schema, cancellationToken);
        try
        {
            await RunAsync(Shop, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements", cancellationToken);
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.UndefinedFile or PostgresErrorCodes.FeatureNotSupported)
        {
            // Binaries without contrib: the demo shows everything else.
            Console.WriteLine("This PostgreSQL comes without pg_stat_statements; the demo goes on without it.");
        }
    }

    private static async Task RunAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
