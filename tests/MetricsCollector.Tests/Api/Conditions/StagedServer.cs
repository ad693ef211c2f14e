using MetricsCollector.LocalPostgres;
using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MetricsCollector.Tests.Api.Conditions;

/// <summary>A server of its own, to be brought into trouble, and the service that watches it.</summary>
public sealed class StagedServer : WebApplicationFactory<Program>, IAsyncLifetime
{
    /// <summary>Its connection slots.</summary>
    public const int MaxConnections = 40;

    /// <summary>The name of the target.</summary>
    public const string Target = "db1";

    private readonly TemporaryDirectory _directory = new();
    private LocalServer? _server;

    /// <summary>Connection string of a superuser.</summary>
    public string ConnectionString => _server!.ConnectionString();

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await LocalServer.StartAsync(new LocalServerOptions
            {
                FromTemplate = true,
                Major = TestMajors.All[0],
                Settings = new Dictionary<string, string> { ["max_connections"] = $"{MaxConnections}", ["max_slot_wal_keep_size"] = "1MB" },
            });
        }
        catch (PostgresNotFoundException exception)
        {
            Assert.Skip(exception.Message);
        }
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
        builder.UseSetting("Storage:Path", _directory.File("store.db"));
        builder.UseSetting("Log:Path", string.Empty);
        builder.UseSetting("Targets:0:Name", Target);
        builder.UseSetting("Targets:0:ConnectionString", ConnectionString);
        builder.UseSetting("Targets:0:Preset", "minimal");
        Directory.CreateDirectory(_directory.File("metrics"));
        File.WriteAllText(
            _directory.File("metrics/fragile.sql"),
            """
            -- metric: fragile
            -- summary: Divides by zero as soon as there is a table of that name.
            -- gauge v things: V.
            SELECT 1 / (1 - count(*)) AS v FROM pg_catalog.pg_class WHERE relname = 'divides_by_zero'
            """);
        builder.UseSetting("Catalog:Directories:0", _directory.File("metrics"));
        builder.UseSetting("Targets:0:Metrics:0", "+fragile");
        builder.UseSetting("Collection:Interval", "4s");
    }
}
