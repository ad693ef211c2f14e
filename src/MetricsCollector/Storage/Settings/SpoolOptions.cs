namespace MetricsCollector.Storage.Settings;

/// <summary>Settings of the spool, section <c>Storage:Spool</c>.</summary>
public sealed class SpoolOptions
{
    /// <summary>The file that holds collections while a PostgreSQL store cannot take them. Relative to the working directory. Default
    /// <c>data/spool.db</c>.</summary>
    public string Path { get; set; } = "data/spool.db";

    /// <summary>How large the file may grow, in bytes. Default 1 GiB, at least 1 MiB; 0 for no spool.</summary>
    public long MaxBytes { get; set; } = 1L << 30;
}
