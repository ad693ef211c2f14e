using System.Globalization;
using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Benchmarks;

/// <summary>CPU time that processes took so far, in seconds, as Linux counts it in <c>/proc</c>: by hundredths.</summary>
internal static class ProcessCpu
{
    private const double TicksPerSecond = 100;

    /// <summary>Of one process.</summary>
    public static double Of(int pid) => Of(pid, withChildren: false);

    /// <summary>Of all processes of a server, those that ended included.</summary>
    public static double Of(LocalServer server)
    {
        var postmaster = int.Parse(
            File.ReadLines(Path.Combine(server.DataDirectory, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        return Of(postmaster, withChildren: true) + Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && Stat(pid) is { } stat && stat[1] == postmaster.ToString(CultureInfo.InvariantCulture))
            .Sum(Of);
    }

    private static double Of(int pid, bool withChildren) => Stat(pid) is { } stat
        ? Enumerable.Range(11, withChildren ? 4 : 2).Sum(i => double.Parse(stat[i], CultureInfo.InvariantCulture)) / TicksPerSecond
        : 0;

    // The fields behind the name, which may have spaces: state, parent, ... utime, stime, cutime, cstime.
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return null;
        }
    }
}
