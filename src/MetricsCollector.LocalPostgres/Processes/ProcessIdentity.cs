using System.Diagnostics;
using System.Globalization;

namespace MetricsCollector.LocalPostgres.Processes;

/// <summary>A process told apart from a later one with the same id by the time it started.</summary>
/// <param name="Id">The process id.</param>
/// <param name="Start">Linux: clock ticks since boot; elsewhere: ticks of its start time.</param>
internal sealed record ProcessIdentity(int Id, string Start)
{
    public static ProcessIdentity OfThisProcess() =>
        Of(Environment.ProcessId) ?? throw new InvalidOperationException("The start time of this process cannot be read.");

    /// <summary>The process that has this id now; null where there is none, or only its unreaped rest.</summary>
    public static ProcessIdentity? Of(int id)
    {
        // Process.StartTime is computed from the boot time on Linux and moves with the clock; the kernel's own number does not.
        var start = OperatingSystem.IsLinux() ? StartTicks(id) : StartTime(id)?.Ticks.ToString(CultureInfo.InvariantCulture);
        return start is null ? null : new ProcessIdentity(id, start);
    }

    /// <summary>When the process with this id started, in UTC; null where there is none.</summary>
    public static DateTime? StartTime(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime();
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public bool IsGone() => Of(Id) != this;

    private static string? StartTicks(int id)
    {
        try
        {
            // The second field is the program's name in brackets, which may hold anything; the rest is plain numbers.
            // From behind it: [0] is the state, [19] the start time (field 22 of proc_pid_stat).
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
