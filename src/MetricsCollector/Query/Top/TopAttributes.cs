using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Top;

/// <summary>Looks up the texts that describe groups.</summary>
internal sealed class TopAttributes
{
    // Looking for single groups pays for some; for more of them the store gives all series at once.
    private const int LookedUpOneByOne = 20;
    private const int Portion = 1_000;

    private readonly Dictionary<SeriesKey, int> _places = [];
    private readonly Dictionary<string, string>?[] _common;
    private readonly int[] _left;

    private TopAttributes(IReadOnlyList<TopGroup> groups)
    {
        foreach (var (place, group) in groups.Index())
        {
            group.Series.ForEach(series => _places[series] = place);
        }

        _common = new Dictionary<string, string>?[groups.Count];
        _left = [.. groups.Select(group => group.Series.Count)];
    }

    /// <summary>Of each group, the attributes on which all its series agree.</summary>
    public static async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> ReadAsync(
        ISnapshotReader reader, IReadOnlyList<TopGroup> groups, CancellationToken cancellationToken)
    {
        var attributes = new TopAttributes(groups);
        if (groups.Count <= LookedUpOneByOne)
        {
            foreach (var (place, group) in groups.Index())
            {
                var labels = group.Labels.Items.Select(label => new LabelMatcher(label.Key, label.Value));
                await attributes.ReadAsync(
                    reader, new SeriesFilter(group.Target, group.Series[0].Metric, [.. labels]), [place], cancellationToken);
            }
        }
        else
        {
            int[] all = [.. Enumerable.Range(0, groups.Count)];
            foreach (var one in attributes._places.Keys.DistinctBy(series => series.Target))
            {
                await attributes.ReadAsync(reader, new SeriesFilter(one.Target, one.Metric), all, cancellationToken);
            }
        }

        return [.. attributes._common.Select(one => (IReadOnlyDictionary<string, string>)(one ?? []))];
    }

    private async Task ReadAsync(ISnapshotReader reader, SeriesFilter filter, int[] wanted, CancellationToken cancellationToken)
    {
        // Most groups of several series have nothing in common, which their first few tell.
        for (var after = 0; Array.Exists(wanted, place => _left[place] > 0 && _common[place] is not { Count: 0 });)
        {
            var read = await reader.FindSeriesAsync(filter, after, Portion, cancellationToken);
            foreach (var one in read)
            {
                if (_places.TryGetValue(one.Key, out var place))
                {
                    _left[place]--;
                    Keep(place, one.Attributes);
                }
            }

            if (read.Count < Portion)
            {
                return;
            }

            after = read[^1].Id;
        }
    }

    private void Keep(int place, IReadOnlyDictionary<string, string> attributes)
    {
        if (_common[place] is not { } common)
        {
            _common[place] = new Dictionary<string, string>(attributes, StringComparer.Ordinal);
            return;
        }

        foreach (var name in common.Keys.Where(name => attributes.GetValueOrDefault(name) != common[name]).ToList())
        {
            common.Remove(name);
        }
    }
}
