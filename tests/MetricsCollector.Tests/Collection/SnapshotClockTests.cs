using MetricsCollector.Collection.Timing;
using Microsoft.Extensions.Time.Testing;

namespace MetricsCollector.Tests.Collection;

[Trait("PostgreSQL", "any")]
public sealed class SnapshotClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly Wall _time = new();
    private readonly SnapshotClock _clock;

    public SnapshotClockTests() => _clock = new SnapshotClock(_time);

    [Fact]
    public void It_is_the_wall_clock()
    {
        _time.Advance(TimeSpan.FromMinutes(7));
        Assert.Equal(Start.AddMinutes(7), _clock.Now);
        Assert.Equal(TimeSpan.Zero, _clock.Ahead);
    }

    [Fact]
    public void It_follows_a_step_forward_at_once()
    {
        _time.Offset = TimeSpan.FromHours(1);
        Assert.Equal(Start.AddHours(1), _clock.Now);
    }

    [Fact]
    public void It_does_not_go_back_and_keeps_the_length_of_intervals_within_a_percent()
    {
        _time.Offset = TimeSpan.FromHours(-1);
        var before = _clock.Now;
        Assert.Equal(Start, before);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(before.AddSeconds(9.9), _clock.Now);
        Assert.Equal(3599.9, _clock.Ahead.TotalSeconds, 1e-6);
    }

    [Fact]
    public void It_meets_the_wall_clock_again()
    {
        _time.Offset = TimeSpan.FromHours(-1);
        var last = _clock.Now;
        for (var hour = 0; hour < 101; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            Assert.True(_clock.Now > last);
            last = _clock.Now;
        }

        Assert.Equal(_time.GetUtcNow(), _clock.Now);
    }

    [Fact]
    public void It_goes_on_from_what_is_stored_unless_that_is_from_the_distant_future()
    {
        _clock.NotBefore(Start.AddMinutes(30));
        Assert.Equal(Start.AddMinutes(30), _clock.Now);
        _clock.NotBefore(Start.AddYears(70));
        Assert.Equal(Start.AddMinutes(30), _clock.Now);
    }

    private sealed class Wall : FakeTimeProvider
    {
        public Wall()
            : base(SnapshotClockTests.Start)
        {
        }

        public TimeSpan Offset { get; set; }

        // The one of the base class follows the wall clock, offset and all.
        public override long GetTimestamp() => base.GetUtcNow().Ticks;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
