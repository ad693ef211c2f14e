namespace MetricsCollector.Collection.Timing;

/// <summary>
/// How punctual scheduled collections are, since the start and over the latest of them. Of targets that answer: one that is silent for
/// longer than its
/// interval is late and skips ticks by itself, which says nothing of the collector. Thread-safe.
/// </summary>
public sealed class ScheduleLateness
{
    // A thousand targets every ten seconds: the last hundred seconds.
    private const int Remembered = 10_000;

    private readonly Lock _lock = new();
    private readonly float[] _milliseconds = new float[Remembered];
    private long _timed;
    private long _collections;
    private long _skipped;

    /// <summary>Scheduled collections that began.</summary>
    public long Collections => Interlocked.Read(ref _collections);

    /// <summary>Ticks that went by while the collection before still ran, of targets that answer.</summary>
    public long SkippedTicks => Interlocked.Read(ref _skipped);

    /// <summary>How late collections began, in milliseconds, at quantiles of the latest ten thousand; zeros before the first.</summary>
    /// <param name="quantiles">From 0 to 1.</param>
    public IReadOnlyList<double> Lateness(params IReadOnlyList<double> quantiles)
    {
        float[] sorted;
        lock (_lock)
        {
            sorted = _milliseconds[..(int)Math.Min(_timed, Remembered)];
        }

        Array.Sort(sorted);
        return [.. quantiles.Select(quantile => sorted.Length == 0 ? 0.0 : sorted[(int)Math.Ceiling(quantile * (sorted.Length - 1))])];
    }

    /// <summary>A scheduled collection began.</summary>
    /// <param name="lateness">How late, as <see cref="Targets.TargetState.Lateness"/> has it.</param>
    internal void Began(TimeSpan? lateness)
    {
        lock (_lock)
        {
            _collections++;
            if (lateness is { } late)
            {
                _milliseconds[_timed++ % Remembered] = (float)late.TotalMilliseconds;
            }
        }
    }

    /// <summary>Ticks went by unused.</summary>
    internal void Skipped(long ticks) => Interlocked.Add(ref _skipped, ticks);
}
