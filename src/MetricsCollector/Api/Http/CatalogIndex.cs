using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Http;

/// <summary>Tells endpoints which targets and metrics there are, so that a misspelt name is an error and not an empty answer.</summary>
/// <param name="current">Gives the names of this moment.</param>
internal sealed class CatalogIndex(Func<CatalogNames> current)
{
    // Longer names were never stored.
    private const int LongestName = 200;

    /// <summary>The names of this moment.</summary>
    public CatalogNames Current() => current();

    /// <summary>
    /// The names of this moment, and that of the target that is asked for if the store has series of it: it may be watched no more.
    /// </summary>
    public async Task<CatalogNames> WithHistoryAsync(IQueryCollection query, ISnapshotReader reader, CancellationToken cancellationToken)
    {
        var names = current();
        if (query[CommonParameters.Target.Name] is not [{ Length: > 0 and <= LongestName } target]
            || names.Targets.Contains(target) || target.Any(char.IsControl))
        {
            return names;
        }

        try
        {
            return await reader.FindSeriesAsync(new SeriesFilter(target), 0, 1, cancellationToken) is []
                ? names
                : names with { Targets = [.. names.Targets, target] };
        }
        catch (StoreUnavailableException)
        {
            // What is in the store cannot be asked for now anyway.
            return names;
        }
    }
}
