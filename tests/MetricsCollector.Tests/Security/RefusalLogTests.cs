using System.Globalization;
using MetricsCollector.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MetricsCollector.Tests.Security;

[Trait("PostgreSQL", "any")]
public sealed class RefusalLogTests
{
    private const string Reason = "the key is unknown.";

    private readonly FakeTimeProvider _time = new();
    private readonly Lines _lines = new();

    [Fact]
    public void A_crowd_of_refusals_is_one_line_a_minute_with_a_count()
    {
        using var log = new RefusalLog(_time, _lines);
        for (var second = 0; second < 180; second++)
        {
            for (var i = 0; i < 10; i++)
            {
                log.Report("192.0.2.7", Reason);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Collected(TimeSpan.FromMinutes(2));
        Assert.InRange(_lines.All.Count, 2, 5);
        Assert.All(_lines.All, line => Assert.Matches("^Refused .* from 192\\.0\\.2\\.7( within a minute)?: the key is unknown\\.$", line));

        // The first one, and the counts of all the others.
        Assert.Equal(1800, 1 + _lines.All.Skip(1).Sum(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_count_is_told_although_nobody_comes_any_more_and_then_forgotten()
    {
        using var log = new RefusalLog(_time, _lines);
        log.Report("192.0.2.7", Reason);
        log.Report("192.0.2.7", Reason);
        log.Report("192.0.2.8", Reason);
        Assert.Equal(2, _lines.All.Count);
        Collected(TimeSpan.FromMinutes(3));
        Assert.Equal("Refused 1 more from 192.0.2.7 within a minute: the key is unknown.", _lines.All[^1]);
        Assert.Equal(3, _lines.All.Count);
        log.Report("192.0.2.7", Reason);
        Assert.Equal("Refused a request from 192.0.2.7: the key is unknown.", _lines.All[^1]);
    }

    [Fact]
    public void Very_many_addresses_share_a_line()
    {
        using var log = new RefusalLog(_time, _lines);
        for (var i = 0; i < 10_000; i++)
        {
            log.Report($"10.0.{i / 256}.{i % 256}", Reason);
        }

        Assert.Equal(RefusalLog.MaxEntries + 1, _lines.All.Count);
        Assert.Contains(RefusalLog.Others, _lines.All[^1], StringComparison.Ordinal);
        Collected(TimeSpan.FromMinutes(3));
        Assert.Equal(RefusalLog.MaxEntries + 2, _lines.All.Count);
        Assert.StartsWith("Refused 9899 more from other addresses", _lines.All[^1], StringComparison.Ordinal);
    }

    // Timers see each second; one large step would be one instant to them.
    private void Collected(TimeSpan time)
    {
        for (var second = 0; second < time.TotalSeconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private sealed class Lines : ILogger<RefusalLog>
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add(formatter(state, exception));
    }
}
