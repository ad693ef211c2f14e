using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Snapshots;

[Trait("PostgreSQL", "any")]
public sealed class LabelSetTests
{
    [Fact]
    public void Sets_with_the_same_labels_are_equal_in_any_order()
    {
        var one = LabelSet.Of(new("datname", "app"), new("state", "idle"));
        var other = LabelSet.Of(new("state", "idle"), new("datname", "app"));
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, other.With("state", "active"));
    }

    [Fact]
    public void A_label_cannot_stand_twice() =>
        Assert.Throws<ArgumentException>(() => LabelSet.Of(new("a", "1"), new("a", "2")));

    [Fact]
    public void Json_reads_back_to_the_same_set()
    {
        var set = LabelSet.Of(new("relname", "we\"ird\\\u0001 näme"), new("schemaname", "public"));
        Assert.Equal(set, LabelSet.FromJson(set.ToJson()));
    }
}
