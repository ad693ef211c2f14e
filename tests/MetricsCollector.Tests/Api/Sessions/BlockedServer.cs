using MetricsCollector.LocalPostgres;
using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Npgsql;

namespace MetricsCollector.Tests.Api.Sessions;

/// <summary>A server on which sessions block each other, and the service that watches it: as superuser, as a role without rights, and at an
/// address where nobody answers.</summary>
public sealed class BlockedServer : WebApplicationFactory<Program>, IAsyncLifetime
{
    /// <summary>The target that sees everything.</summary>
    public const string Target = "db1";

    /// <summary>The target whose role sees only its own sessions.</summary>
    public const string Bare = "bare";

    /// <summary>The target whose texts of statements are not kept.</summary>
    public const string Quiet = "quiet";

    /// <summary>The target that does not answer.</summary>
    public const string Gone = "gone";

    private readonly TemporaryDirectory _directory = new();
    private LocalServer? _server;

    /// <summary>Connection string of a superuser.</summary>
    public string ConnectionString => _server!.ConnectionString();

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await LocalServer.StartAsync(new LocalServerOptions { FromTemplate = true, Major = TestMajors.All[0] });
        }
        catch (PostgresNotFoundException exception)
        {
            Assert.Skip(exception.Message);
        }

        await using var session = new NpgsqlConnection(ConnectionString);
        await session.OpenAsync();
        await using var command = new NpgsqlCommand("CREATE ROLE bare LOGIN PASSWORD 'bare'; CREATE EXTENSION pg_stat_statements", session);
        await command.ExecuteNonQueryAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        var server = new NpgsqlConnectionStringBuilder(ConnectionString);
        builder.UseSetting("Storage:Path", _directory.File("store.db"));
        builder.UseSetting("Log:Path", string.Empty);
        Watch(0, Target, server);
        Watch(1, Bare, new NpgsqlConnectionStringBuilder(ConnectionString) { Username = "bare", Password = "bare" });
        Watch(2, Quiet, server);
        builder.UseSetting("Targets:2:Metrics:1", "!statement_texts");

        // Nobody listens there.
        Watch(3, Gone, new NpgsqlConnectionStringBuilder(ConnectionString) { Port = 1 });
        builder.UseSetting("Collection:Interval", "4s");
        builder.UseSetting("Collection:Manual:PerMinute", "6000");

        void Watch(int number, string name, NpgsqlConnectionStringBuilder address)
        {
            builder.UseSetting($"Targets:{number}:Name", name);
            builder.UseSetting($"Targets:{number}:ConnectionString", address.ConnectionString);
            builder.UseSetting($"Targets:{number}:Preset", "minimal");
            builder.UseSetting($"Targets:{number}:Metrics:0", "+lock_waits");
        }
    }
}
