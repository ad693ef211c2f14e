using MetricsCollector.Tests.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MetricsCollector.Tests.Security;

/// <summary>The whole service with two keys and an issuer, without any target, over a file of its own.</summary>
public sealed class GuardedApp : WebApplicationFactory<Program>, IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>A key that may read.</summary>
    public string Reader { get; } = NewKey();

    /// <summary>A key that may collect.</summary>
    public string Collector { get; } = NewKey();

    /// <summary>Settings beside those of the keys.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    internal Issuer Issuer { get; private set; } = null!;

    /// <summary>The file of the key that may read.</summary>
    public string ReaderFile => _directory.File("reader.key");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(ReaderFile, Reader + "\n");
        await File.WriteAllTextAsync(_directory.File("collector.key"), "# of the scripts\n" + Collector);
        Issuer = await Issuer.StartAsync();
        await ReadyStore.WaitAsync(this);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Issuer.DisposeAsync();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A key as people are told to make it.</summary>
    public static string NewKey() => Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Storage:Path", _directory.File("store.db"));
        builder.UseSetting("Log:Path", string.Empty);
        builder.UseSetting("Security:Keys:0:Name", "reader");
        builder.UseSetting("Security:Keys:0:Scopes:0", "read");
        builder.UseSetting("Security:Keys:0:File", ReaderFile);
        builder.UseSetting("Security:Keys:1:Name", "collector");
        builder.UseSetting("Security:Keys:1:Scopes:0", "collect");
        builder.UseSetting("Security:Keys:1:File", _directory.File("collector.key"));
        builder.UseSetting("Security:Jwt:Authority", Issuer.Address);
        builder.UseSetting("Security:Jwt:Audience", Issuer.Audience);
        builder.UseSetting("Security:Jwt:Scopes:collect", "metrics.collect");
        foreach (var (name, value) in Settings)
        {
            builder.UseSetting(name, value);
        }
    }
}
