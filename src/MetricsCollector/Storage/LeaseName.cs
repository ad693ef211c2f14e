namespace MetricsCollector.Storage;

/// <summary>What this collector is called among others.</summary>
/// <param name="Name">For people; others may have the same.</param>
internal sealed record LeaseName(string Name)
{
    /// <summary>Of this run of the program alone.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N")[..8];
}
