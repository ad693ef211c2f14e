namespace MetricsCollector.Storage;

/// <summary>What is known of the samples of one field of one series in a window of time, without them.</summary>
/// <param name="times">Gives their instants when they are asked for.</param>
public sealed class SampleSummary(Func<IReadOnlyList<DateTimeOffset>> times)
{
    private readonly Lazy<IReadOnlyList<DateTimeOffset>> _times = new(times, LazyThreadSafetyMode.None);

    /// <summary>Instant of the first sample.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Instant of the last sample.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The longest time between two neighbours, or a little more.</summary>
    public required TimeSpan LongestGap { get; init; }

    /// <summary>What was read first.</summary>
    public required double? First { get; init; }

    /// <summary>What was read last.</summary>
    public required double? Last { get; init; }

    /// <summary>The least finite value; null when there is none.</summary>
    public required double? Min { get; init; }

    /// <summary>The greatest finite value; null when there is none.</summary>
    public required double? Max { get; init; }

    /// <summary>The sum of the finite values, rounded.</summary>
    public required double Sum { get; init; }

    /// <summary>What <see cref="Sum"/> lacks to be exact.</summary>
    public required double SumRest { get; init; }

    /// <summary>How many values are finite; where the summary is for differences, all or none.</summary>
    public required int Count { get; init; }

    /// <summary>The instants of the samples, in order.</summary>
    public IReadOnlyList<DateTimeOffset> Times => _times.Value;
}
