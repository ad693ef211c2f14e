using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace MetricsCollector.LocalPostgres.Processes;

/// <summary>One run of another program: its arguments are a list, its output is captured, its time is bounded.</summary>
internal sealed record Command(string File, IReadOnlyList<string> Arguments)
{
    // A daemon started by the command may hold its pipes open for ever (pg_ctl on Windows), so the end of the
    // output is waited for only this long after the command itself has ended.
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    public string WorkingDirectory { get; init; } = Path.GetTempPath();

    /// <summary>Written to standard input, which is then closed.</summary>
    public string Input { get; init; } = "";

    /// <summary>Variables added to this process's own, from which PostgreSQL's (PG…) are left out.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    public async Task<CommandResult> RunAsync(CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo() };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            throw new LocalPostgresException($"Cannot run {File}: {error.Message}", error);
        }

        var output = new StringBuilder();
        var errors = new StringBuilder();
        var pumps = Task.WhenAll(PumpAsync(process.StandardOutput, output), PumpAsync(process.StandardError, errors));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            await WriteInputAsync(process.StandardInput, limit.Token);
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new LocalPostgresException($"{File} did not finish in {Timeout.TotalSeconds:0} s.");
        }

        await Task.WhenAny(pumps, Task.Delay(OutputGrace, CancellationToken.None));
        return new CommandResult(process.ExitCode, Written(output), Written(errors));
    }

    private ProcessStartInfo StartInfo()
    {
        var info = new ProcessStartInfo(File, Arguments)
        {
            WorkingDirectory = WorkingDirectory,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in Variables)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private async Task WriteInputAsync(StreamWriter input, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync(Input.AsMemory(), cancellationToken);
            input.Close();
        }
        catch (IOException) when (Input.Length == 0)
        {
            // The command ended before its empty input was closed: nothing is lost, its exit code tells the rest.
            input.Dispose();
        }
    }

    private static async Task PumpAsync(StreamReader reader, StringBuilder text)
    {
        var buffer = new char[4096];
        try
        {
            int count;
            while ((count = await reader.ReadAsync(buffer)) > 0)
            {
                lock (text)
                {
                    text.Append(buffer, 0, count);
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The pipe was let go of while a daemon still held its other end: what was read until then is the output.
            Debug.WriteLine(error.Message);
        }
    }

    private static string Written(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
