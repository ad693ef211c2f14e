namespace MetricsCollector.Telemetry;

/// <summary>Settings of the log, section <c>Log</c>; how much is said is in <c>Logging:LogLevel</c>.</summary>
public sealed class LogOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Log";

    /// <summary>The form of the lines on the console: <c>text</c> or <c>json</c>. Default <c>text</c>.</summary>
    public string Format { get; set; } = "text";

    /// <summary>The file that is written as well, one JSON object per line; empty for none. Relative to the working directory. Default
    /// <c>logs/collector.log</c>.</summary>
    public string Path { get; set; } = "logs/collector.log";

    /// <summary>How large the file may grow before the next one begins, in bytes. Default 10 MiB, 64 KiB to 1 GiB.</summary>
    public long MaxBytes { get; set; } = 10 << 20;

    /// <summary>How many files are kept, the current one included. Default 5, 1 to 1,000.</summary>
    public int MaxFiles { get; set; } = 5;
}
