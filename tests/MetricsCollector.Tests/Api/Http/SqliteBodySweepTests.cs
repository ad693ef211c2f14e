using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MetricsCollector.Tests.Api.Http;

/// <summary>The texts of bodies over a store in a file.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SqliteBodySweepTests(SqliteBodySweepTests.FileApp app) : IClassFixture<SqliteBodySweepTests.FileApp>
{
    public static TheoryData<string> Texts => BodySweep.Texts;

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Every_field_of_a_body_takes_it_or_says_what_to_write(string text)
    {
        using var client = app.CreateClient();
        Assert.Empty(await BodySweep.FaultsAsync(client, text));
    }

    public sealed class FileApp : WebApplicationFactory<Program>, IAsyncLifetime
    {
        private readonly TemporaryDirectory _directory = new();

        public async ValueTask InitializeAsync() => await ReadyStore.WaitAsync(this);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _directory.Dispose();
            GC.SuppressFinalize(this);
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("Storage:Path", _directory.File("store.db"));
            builder.UseSetting("Log:Path", string.Empty);
            builder.UseSetting("Collection:Manual:PerMinute", "6000");
        }
    }
}
