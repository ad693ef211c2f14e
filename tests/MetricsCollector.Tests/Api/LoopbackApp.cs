using Microsoft.AspNetCore.Hosting;

namespace MetricsCollector.Tests.Api;

/// <summary>The whole service behind its real web server on a port of this machine: what lies before the endpoints counts too.</summary>
public sealed class LoopbackApp : CollectorApp
{
    public LoopbackApp(PostgresFixture postgres)
        : base(postgres) => UseKestrel(0);

    /// <summary>Where it listens.</summary>
    public Uri Address => ClientOptions.BaseAddress;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Collection:Manual:PerMinute", "6000");
    }
}
