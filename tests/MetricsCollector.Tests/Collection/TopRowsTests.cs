
using MetricsCollector.Collection.Rows;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Collection;

[Trait("PostgreSQL", "any")]
public sealed class TopRowsTests
{
    [Fact]
    public void Nothing_is_left_out_below_the_limit() => Assert.Equal(["a", "b"], Keep(new TopRows(2), ("a", [1]), ("b", [2])));

    [Fact]
    public void At_first_the_most_active_so_far_are_kept() =>
        Assert.Equal(["b", "c"], Keep(new TopRows(2), ("a", [1]), ("b", [3]), ("c", [2])));

    [Fact]
    public void Then_those_that_grew_most_since_the_last_collection()
    {
        var top = new TopRows(1);
        Keep(top, ("giant", [1000]), ("busy", [5]), ("calm", [7]));
        Assert.Equal(["busy"], Keep(top, ("giant", [1001]), ("busy", [50]), ("calm", [7])));
    }

    [Fact]
    public void A_new_row_and_one_that_was_reset_count_whole()
    {
        var top = new TopRows(2);
        Keep(top, ("a", [100]), ("b", [100]), ("c", [100]));
        Assert.Equal(["c", "new"], Keep(top, ("a", [101]), ("b", [102]), ("c", [60]), ("new", [50])));
    }

    [Fact]
    public void Each_measure_has_its_share()
    {
        var kept = Keep(new TopRows(2), ("slow", [100, 1]), ("slower", [200, 2]), ("frequent", [1, 500]));
        Assert.Equal(["slower", "frequent"], kept);
    }

    private static List<string?> Keep(TopRows top, params (string Name, double[] Activity)[] rows) =>
        [.. top.Keep(
            [.. rows.Select(row => new SnapshotRow(LabelSet.Of(new KeyValuePair<string, string>("name", row.Name)), []))],
            [.. rows.Select(row => row.Activity)])
            .Select(row => row.Labels["name"])];
}
