using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>The built program as a process of its own, in a working directory of its own.</summary>
internal sealed partial class CollectorProcess : IAsyncDisposable
{
    // Only how long a broken test waits before it says so.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CollectorProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens, once it does.</summary>
    public Task<Uri> Listening => _listening.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Memory that it holds, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>What it wrote so far, both streams.</summary>
    public string Text
    {
        get
        {
            lock (_output)
            {
                return _output.ToString() + _errors;
            }
        }
    }

    /// <summary>Starts the program.</summary>
    /// <param name="directory">Its working directory.</param>
    /// <param name="settings">Settings by name, such as <c>ConnectionStrings:Store</c>; they travel in the environment.</param>
    /// <param name="arguments">Its command line.</param>
    public static CollectorProcess Start(
        TemporaryDirectory directory, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "metrics-collector.dll"), .. arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(directory.File("any"))!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new CollectorProcess(new Process { StartInfo = start });
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        TemporaryDirectory directory, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        await using var process = Start(directory, settings, arguments);
        var code = await process.ExitAsync(Patience);
        lock (process._output)
        {
            return (code, process._output.ToString(), process._errors.ToString());
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan within)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(within);
        return _process.ExitCode;
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience);
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (?<url>http\S+)")]
    private static partial Regex ListeningLine();

    private void Take(StringBuilder text, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            text.AppendLine(line);
        }

        if (ListeningLine().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups["url"].Value));
        }
    }
}
