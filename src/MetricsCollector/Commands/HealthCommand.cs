using System.CommandLine;

namespace MetricsCollector.Commands;

/// <summary><c>health</c>: asks a service on this machine whether it is alive, for images that have neither shell nor curl.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static Command Create()
    {
        var url = new Option<Uri>("--url") { Description = "What to ask.", DefaultValueFactory = _ => new Uri("http://localhost:5080/healthz") };
        var command = new Command("health", "Ask a service on this machine whether it is alive; exit code 0 when it is.") { url };
        command.SetAction((result, cancellationToken) => StartupErrors.GuardAsync(() => IsAliveAsync(result.GetValue(url)!, cancellationToken)));
        return command;
    }

    private static async Task<bool> IsAliveAsync(Uri url, CancellationToken cancellationToken)
    {
        // The certificate is for the name by which others know the service; asking this machine, nobody is in between.
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => url.IsLoopback;
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(url, cancellationToken);
            Console.WriteLine(answer.IsSuccessStatusCode ? "alive" : $"{url} answered {(int)answer.StatusCode}");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            Console.WriteLine($"{url} does not answer: {exception.Message}");
            return false;
        }
    }
}
