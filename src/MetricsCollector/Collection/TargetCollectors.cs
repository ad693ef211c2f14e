using MetricsCollector.Catalog;
using MetricsCollector.Storage;
using MetricsCollector.Targets;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Collection;

/// <summary>The collectors of all targets, by name.</summary>
public sealed class TargetCollectors : IAsyncDisposable
{
    private readonly CatalogSource _catalog;
    private readonly SortedDictionary<string, TargetCollector> _byName = new(StringComparer.Ordinal);

    /// <summary>Makes one for each target of the settings; nothing is asked yet.</summary>
    public TargetCollectors(
        IReadOnlyList<Target> targets, CatalogSource catalog, IOptions<CollectionOptions> options, ISnapshotWriter writer, TimeProvider time, ILogger<TargetCollector> logger)
    {
        _catalog = catalog;
        foreach (var target in targets)
        {
            _byName.Add(target.Name, new TargetCollector(target, catalog.Current, options.Value, writer, time, logger));
        }

        catalog.Changed += Replan;
    }

    /// <summary>All, ordered by name.</summary>
    public IReadOnlyCollection<TargetCollector> All => _byName.Values;

    /// <summary>The one of a name, or null.</summary>
    public TargetCollector? Find(string target) => _byName.GetValueOrDefault(target);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _catalog.Changed -= Replan;
        foreach (var collector in _byName.Values)
        {
            await collector.DisposeAsync();
        }
    }

    private void Replan(object? sender, EventArgs e)
    {
        foreach (var collector in _byName.Values)
        {
            collector.Replan(_catalog.Current);
        }
    }
}
