namespace MetricsCollector.Benchmarks;

/// <summary>One figure of the project, measured beside its reference in the same run: machines differ, ratios less.</summary>
internal interface IBenchmark
{
    /// <summary>What to write on the command line.</summary>
    string Name { get; }

    /// <summary>What is measured against what.</summary>
    string Summary { get; }

    /// <summary>Measures and gives one row per figure.</summary>
    Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken);
}
