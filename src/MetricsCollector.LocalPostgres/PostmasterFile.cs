using System.Globalization;
using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.LocalPostgres;

/// <summary>Reads <c>postmaster.pid</c>, which a running server keeps in its data directory.</summary>
internal static class PostmasterFile
{
    // The file holds the server's own clock in whole seconds, the system counts from boot: they differ by little, and a
    // process that merely has the same id started at some other time.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    /// <summary>Whether the server of this data directory runs; a file left by a dead one does not count.</summary>
    public static bool IsRunning(string dataDirectory)
    {
        // Line 1 is the process id, line 3 the start time in Unix seconds.
        var lines = Read(Path.Combine(dataDirectory, "postmaster.pid"));
        return lines.Length > 2
            && int.TryParse(lines[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            && long.TryParse(lines[2], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && ProcessIdentity.Of(Math.Abs(id)) is not null
            && (NamesDirectory(Math.Abs(id), dataDirectory)
                || Started(Math.Abs(id), DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime));
    }

    // pg_ctl starts the server with its data directory as an argument; unlike the clock, that never moves.
    private static bool NamesDirectory(int id, string dataDirectory) =>
        OperatingSystem.IsLinux() && Read($"/proc/{id}/cmdline").SelectMany(line => line.Split('\0')).Contains(dataDirectory);

    private static bool Started(int id, DateTime time) =>
        ProcessIdentity.StartTime(id) is { } started && (started - time).Duration() < Tolerance;

    private static string[] Read(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }
}
