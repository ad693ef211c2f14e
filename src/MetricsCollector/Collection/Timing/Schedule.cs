using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MetricsCollector.Collection.Timing;

/// <summary>
/// What is due when, for one target. Time is cut into slots of each metric's interval, shifted by a hash of the target's name so
/// that targets do not all start at the full minute; within a target intervals that divide each other meet in one collection.
/// A metric is due once per slot; slots that went by unused are not made up for. Reads no clock.
/// </summary>
public sealed class Schedule
{
    // Longer than any usual interval, so that targets also spread within rare metrics' slots.
    private static readonly TimeSpan Spread = TimeSpan.FromDays(1);

    private readonly IReadOnlyDictionary<string, TimeSpan> _intervals;
    private readonly TimeSpan _offset;
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, long> _done = new(StringComparer.Ordinal);

    /// <summary>Makes the schedule of a target; everything is due at once.</summary>
    /// <param name="target">Its name.</param>
    /// <param name="intervals">The interval of each metric.</param>
    public Schedule(string target, IReadOnlyDictionary<string, TimeSpan> intervals)
    {
        _intervals = intervals;
        // string.GetHashCode differs from process to process; this must not.
        var hash = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(target)));
        _offset = TimeSpan.FromMilliseconds(hash % (ulong)Spread.TotalMilliseconds);
    }

    /// <summary>The shortest interval; a day when there is no metric.</summary>
    public TimeSpan Shortest => _intervals.Count == 0 ? Spread : _intervals.Values.Min();

    /// <summary>Ends when another schedule is in force.</summary>
    public Task Replaced => _replaced.Task;

    /// <summary>The same schedule for other metrics or intervals; those that stay are due when they were.</summary>
    public Schedule With(string target, IReadOnlyDictionary<string, TimeSpan> intervals)
    {
        var changed = new Schedule(target, intervals);
        foreach (var (metric, slot) in Snapshot()
            .Where(done => intervals.TryGetValue(done.Key, out var interval) && interval == _intervals[done.Key]))
        {
            changed._done[metric] = slot;
        }

        return changed;
    }

    /// <summary>Says that another schedule is in force.</summary>
    public void Replace() => _replaced.TrySetResult();

    /// <summary>Says that a metric is due whether or not it was asked in its slot.</summary>
    public void Owe(string metric)
    {
        lock (_done)
        {
            _done.Remove(metric);
        }
    }

    /// <summary>The metrics that are due at an instant.</summary>
    public IReadOnlyList<string> Due(DateTimeOffset at)
    {
        lock (_done)
        {
            return [.. _intervals
                .Where(metric => !_done.TryGetValue(metric.Key, out var done) || Slot(metric.Value, at) > done)
                .Select(metric => metric.Key)];
        }
    }

    /// <summary>Says that metrics were asked at an instant, so that they are due again in their next slot.</summary>
    public void Done(IEnumerable<string> metrics, DateTimeOffset at)
    {
        lock (_done)
        {
            foreach (var metric in metrics)
            {
                if (_intervals.TryGetValue(metric, out var interval))
                {
                    _done[metric] = Slot(interval, at);
                }
            }
        }
    }

    /// <summary>How many ticks of the shortest interval lie between two ticks, both left out.</summary>
    public long TicksBetween(DateTimeOffset tick, DateTimeOffset next) => Math.Max(0, ((next - tick).Ticks / Shortest.Ticks) - 1);

    /// <summary>The first instant behind <paramref name="at"/> at which a slot begins.</summary>
    public DateTimeOffset Next(DateTimeOffset at)
    {
        var next = DateTimeOffset.MaxValue;
        foreach (var interval in _intervals.Values.Distinct())
        {
            var start = StartOf(Slot(interval, at) + 1, interval);
            next = start < next ? start : next;
        }

        return next;
    }

    private KeyValuePair<string, long>[] Snapshot()
    {
        lock (_done)
        {
            return [.. _done];
        }
    }

    private long Slot(TimeSpan interval, DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch - _offset).Ticks / interval.Ticks;

    private DateTimeOffset StartOf(long slot, TimeSpan interval) =>
        DateTimeOffset.UnixEpoch + _offset + TimeSpan.FromTicks(slot * interval.Ticks);
}
