using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Npgsql;

namespace MetricsCollector.Tests.Api;

/// <summary>The whole service over a real server, which it watches, and a database of its own for the store.</summary>
public class CollectorApp(PostgresFixture postgres) : WebApplicationFactory<Program>, IAsyncLifetime
{
    private TestDatabase? _store;

    /// <summary>The name of the target.</summary>
    public const string Target = "test-server";

    /// <summary>The store's database.</summary>
    public string Store => _store!.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        _store = await postgres.CreateDatabaseAsync();
        using var client = CreateClient();
        await Eventually.TrueAsync(
            async () => (await client.GetAsync(new Uri("/readyz", UriKind.Relative))).IsSuccessStatusCode, "the service is ready");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Asks the API and gives its JSON back.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var client = CreateClient();
        return await client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
    }

    /// <summary>Asks the store.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Store);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:Store", Store);
        builder.UseSetting("Storage:Spool:MaxBytes", "0");
        builder.UseSetting("Targets:0:Name", Target);
        builder.UseSetting("Targets:0:ConnectionString", postgres.ConnectionString);
        builder.UseSetting("Targets:0:Labels:env", "test");
        builder.UseSetting("Collection:Interval", "4s");
    }
}
