using MetricsCollector.Configuration;

namespace MetricsCollector.Telemetry;

/// <summary>Tries whether the log file can be written, since a file system may be read-only.</summary>
internal static class LogFile
{
    /// <summary>Why it cannot; null when it can.</summary>
    public static string? Refusal(string path)
    {
        try
        {
            var full = Path.GetFullPath(path);
            OwnerOnly.CreateDirectory(Path.GetDirectoryName(full)!);
            using var file = OwnerOnly.Open(full, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            return null;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException or ArgumentException
            or NotSupportedException)
        {
            return exception.Message;
        }
    }
}
