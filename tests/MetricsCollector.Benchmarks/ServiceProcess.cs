using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MetricsCollector.Benchmarks;

/// <summary>The service as a process of its own.</summary>
internal static class ServiceProcess
{
    /// <summary>Starts it.</summary>
    /// <param name="directory">Where it runs.</param>
    /// <param name="file">Its settings.</param>
    /// <param name="environment">What else it finds in its environment.</param>
    /// <param name="url">Where it listens.</param>
    public static Process Start(string directory, string file, IReadOnlyDictionary<string, string> environment, out Uri url)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}"));
        free.Stop();
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
        };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "metrics-collector.dll"),
            "--urls", url.ToString(), $"--Settings:File={file}", "--Logging:LogLevel:Default=Warning",
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
