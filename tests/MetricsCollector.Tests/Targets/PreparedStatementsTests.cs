using System.Globalization;
using MetricsCollector.Targets.PostgreSql;
using Microsoft.Extensions.Time.Testing;

namespace MetricsCollector.Tests.Targets;

/// <summary>When a statement is prepared, and when all are forgotten; <see cref="TargetSessionTests"/> has what the server says of
/// it.</summary>
[Trait("PostgreSQL", "any")]
public sealed class PreparedStatementsTests
{
    private const string Sql = "SELECT 1";

    private readonly FakeTimeProvider _time = new();
    private readonly PreparedStatements _prepared;

    public PreparedStatementsTests() => _prepared = new PreparedStatements(_time);

    [Theory]
    [InlineData(60, true)]
    [InlineData(300, false)]
    public void What_comes_again_soon_is_prepared(int secondsLater, bool expected)
    {
        _prepared.Answered(Sql, _prepared.CommandTextOf(Sql));
        _time.Advance(TimeSpan.FromSeconds(secondsLater));
        Assert.Equal(expected, _prepared.CommandTextOf(Sql).Prepare is not null);
    }

    [Fact]
    public void What_is_prepared_stays_so_however_late_it_comes()
    {
        Answer(Sql, times: 2);
        _time.Advance(TimeSpan.FromHours(1));
        var form = _prepared.CommandTextOf(Sql);
        Assert.Equal((null, 1), (form.Prepare, form.Number));
        Assert.Matches("^EXECUTE metrics_collector_[0-9a-f]{32}_1$", form.Execute);
    }

    [Fact]
    public void No_two_connections_use_the_same_names()
    {
        Answer(Sql, times: 2);
        var first = _prepared.CommandTextOf(Sql).Execute;
        _prepared.Clear();
        Answer(Sql, times: 2);
        Assert.NotEqual(first, _prepared.CommandTextOf(Sql).Execute);
    }

    [Fact]
    public void Texts_that_change_all_the_time_begin_anew()
    {
        for (var i = 0; i < 300 && !_prepared.MustDeallocate; i++)
        {
            Answer(string.Create(CultureInfo.InvariantCulture, $"SELECT {i}"), times: 2);
            _prepared.EvictIfFull();
        }

        Assert.True(_prepared.MustDeallocate);
        Assert.Equal(0, _prepared.CommandTextOf("SELECT 0").Number);
    }

    private void Answer(string sql, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _prepared.Answered(sql, _prepared.CommandTextOf(sql));
        }
    }
}
