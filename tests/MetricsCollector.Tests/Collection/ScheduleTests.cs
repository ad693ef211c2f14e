
using MetricsCollector.Collection.Timing;

namespace MetricsCollector.Tests.Collection;

[Trait("PostgreSQL", "any")]
public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, TimeSpan> Intervals = new()
    {
        ["activity"] = TimeSpan.FromSeconds(15),
        ["database"] = TimeSpan.FromMinutes(1),
        ["size"] = TimeSpan.FromMinutes(5),
    };

    [Fact]
    public void Everything_is_due_at_first() => Assert.Equal(3, new Schedule("a", Intervals).Due(Start).Count);

    [Fact]
    public void A_metric_is_due_once_per_slot()
    {
        var schedule = new Schedule("a", Intervals);
        var counts = Intervals.Keys.ToDictionary(metric => metric, _ => 0);
        var at = schedule.Next(Start);
        schedule.Done(schedule.Due(Start), Start);
        for (var end = Start + TimeSpan.FromHours(1); at < end; at = schedule.Next(at))
        {
            var due = schedule.Due(at);
            schedule.Done(due, at);
            foreach (var metric in due)
            {
                counts[metric]++;
            }
        }

        Assert.Equal(240, counts["activity"], 1.0);
        Assert.Equal(60, counts["database"], 1.0);
        Assert.Equal(12, counts["size"], 1.0);
    }

    [Fact]
    public void Intervals_that_divide_each_other_meet_in_one_collection()
    {
        var schedule = new Schedule("a", Intervals);
        var ticks = 0;
        for (var at = schedule.Next(Start); at < Start + TimeSpan.FromMinutes(10); at = schedule.Next(at))
        {
            ticks++;
        }

        Assert.Equal(40, ticks, 1.0);
    }

    [Fact]
    public void What_is_not_done_stays_due()
    {
        var schedule = new Schedule("a", Intervals);
        schedule.Done(["activity", "database", "size"], Start);
        var later = schedule.Next(Start + TimeSpan.FromMinutes(5));
        Assert.Equal(3, schedule.Due(later).Count);
        Assert.Equal(3, schedule.Due(schedule.Next(later)).Count);
        schedule.Done(["size"], later);
        Assert.DoesNotContain("size", schedule.Due(later));
    }

    [Fact]
    public void Slots_that_went_by_are_not_made_up_for()
    {
        var schedule = new Schedule("a", Intervals);
        schedule.Done(["activity", "database", "size"], Start);
        var late = Start + TimeSpan.FromMinutes(2);
        schedule.Done(schedule.Due(late), late);
        Assert.Empty(schedule.Due(late + TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void Targets_start_at_different_instants_and_always_at_their_own()
    {
        var ticks = Enumerable.Range(0, 100).Select(i => new Schedule($"target-{i}", Intervals).Next(Start)).ToList();
        Assert.True(ticks.Distinct().Count() > 90);
        Assert.Equal(ticks[7], new Schedule("target-7", Intervals).Next(Start));
    }

    [Fact]
    public void A_slow_collection_skips_ticks_without_drift()
    {
        var schedule = new Schedule("a", Intervals);
        var first = schedule.Next(Start);
        Assert.Equal(first + TimeSpan.FromSeconds(45), schedule.Next(first + TimeSpan.FromSeconds(32)));
    }

    [Fact]
    public void Ticks_that_went_by_during_a_collection_are_counted()
    {
        var schedule = new Schedule("a", Intervals);
        var tick = schedule.Next(Start);
        Assert.Equal(0, schedule.TicksBetween(tick, schedule.Next(tick + TimeSpan.FromSeconds(1))));
        Assert.Equal(2, schedule.TicksBetween(tick, schedule.Next(tick + TimeSpan.FromSeconds(32))));
    }
}
