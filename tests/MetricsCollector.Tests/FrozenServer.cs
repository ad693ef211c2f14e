using System.Diagnostics;
using System.Globalization;
using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Tests;

/// <summary>
/// Stops all processes of a server with SIGSTOP until it is disposed of: sockets stay open and accept connections, and nothing answers, as
/// with a machine that hangs. Skips the test where there are no such signals.
/// </summary>
internal sealed class FrozenServer : IAsyncDisposable
{
    private readonly IReadOnlyList<int> _processes;

    private FrozenServer(IReadOnlyList<int> processes) => _processes = processes;

    /// <summary>Freezes a server.</summary>
    public static async Task<FrozenServer> FreezeAsync(LocalServer server)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc and SIGSTOP.");
        var postmaster = int.Parse(
            (await File.ReadAllLinesAsync(Path.Combine(server.DataDirectory, "postmaster.pid")))[0], CultureInfo.InvariantCulture);

        // The postmaster first, so that no new process comes while the others are looked up.
        await SignalAsync("STOP", [postmaster]);
        var children = ChildrenOf(postmaster);
        await SignalAsync("STOP", children);
        return new FrozenServer([postmaster, .. children]);
    }

    public async ValueTask DisposeAsync() => await SignalAsync("CONT", _processes);

    private static List<int> ChildrenOf(int parent)
    {
        var children = new List<int>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0])))
        {
            try
            {
                // "pid (name) state parent ...": the name may hold blanks and parentheses.
                var stat = File.ReadAllText($"/proc/{process}/stat");
                if (stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == parent.ToString(CultureInfo.InvariantCulture))
                {
                    children.Add(int.Parse(process!, CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }

        return children;
    }

    private static async Task SignalAsync(string signal, IEnumerable<int> processes)
    {
        using var kill = Process.Start(
            "kill", [$"-{signal}", .. processes.Select(process => process.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
    }
}
