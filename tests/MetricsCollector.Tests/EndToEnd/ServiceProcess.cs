using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>The service as people run it, a process of its own: asked over HTTP, and stopped by a signal.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly CollectorProcess _process;

    private ServiceProcess(CollectorProcess process, string address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Asks it.</summary>
    public HttpClient Client { get; }

    /// <summary>What it wrote to standard output and standard error so far.</summary>
    public string Output => _process.Text;

    /// <summary>Memory that it holds, in bytes.</summary>
    public long ResidentBytes => _process.ResidentBytes;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts it in a directory with settings as environment variables.</summary>
    public static ServiceProcess Start(
        TemporaryDirectory directory, IReadOnlyDictionary<string, string> settings, string scheme = "http", params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are of Unix.");
        var address = $"{scheme}://127.0.0.1:{FreePort()}";
        return new ServiceProcess(
            CollectorProcess.Start(directory, new Dictionary<string, string>(settings) { ["ASPNETCORE_URLS"] = address }, arguments),
            address);
    }

    /// <summary>Waits until it is ready.</summary>
    public async Task ReadyAsync() => await Eventually.TrueAsync(async () => await AnswersAsync("/readyz"), "the service is ready");

    /// <summary>Whether a path answers with success.</summary>
    public async Task<bool> AnswersAsync(string path)
    {
        try
        {
            using var answer = await Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            Assert.False(_process.HasExited, Output);
            return false;
        }
    }

    /// <summary>Sends SIGTERM.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Cancellation);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> ExitAsync(TimeSpan within) => _process.ExitAsync(within);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
