using MetricsCollector.Storage.Status;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MetricsCollector.Tests.Storage;

/// <summary>The store of a service in this process. Until it is ready for the first time, what reads it is answered with 503.</summary>
internal static class ReadyStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Starts the service and waits for its store.</summary>
    public static Task WaitAsync(WebApplicationFactory<Program> app) =>
        app.Services.GetRequiredService<StoreStatus>().FirstReady.WaitAsync(Patience, TestContext.Current.CancellationToken);
}
