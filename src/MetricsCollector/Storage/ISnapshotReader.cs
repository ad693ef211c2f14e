using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage;

/// <summary>Gives back what was stored.</summary>
/// <remarks>Every method throws <see cref="StoreUnavailableException"/> while the store cannot answer.</remarks>
public interface ISnapshotReader
{
    /// <summary>The series that match, ordered by target, metric and id.</summary>
    /// <param name="filter">Which series.</param>
    /// <param name="afterId">Only series with a greater id, for paging; 0 for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<StoredSeries>> FindSeriesAsync(SeriesFilter filter, int afterId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The samples of fields, one series after the other, each in order of time. The last sample before <paramref name="from"/>
    /// that is not older than <paramref name="lookBack"/> comes too: a rate needs what it starts from.
    /// Where that sample is null nothing older comes in its stead: a counter that was away starts over.
    /// </summary>
    /// <param name="filter">Which series; its metric is required.</param>
    /// <param name="fields">Which fields; a field that the store has never seen gives no samples.</param>
    /// <param name="from">First instant, inclusive.</param>
    /// <param name="to">Last instant, inclusive.</param>
    /// <param name="lookBack">How far before <paramref name="from"/> the sample before may lie.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    IAsyncEnumerable<SeriesSamples> ReadSamplesAsync(
        SeriesFilter filter, IReadOnlyList<string> fields, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack,
        CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="ReadSamplesAsync"/>, but a store that has summaries gives them for the samples of windows that lie wholly inside the
    /// range
    /// and inside one step, where they answer what is asked. Whether a window comes as samples or as a summary makes no difference to the
    /// answer.
    /// </summary>
    /// <param name="filter">Which series; its metric is required.</param>
    /// <param name="fields">Which fields; a field that the store has never seen gives nothing.</param>
    /// <param name="from">First instant, inclusive.</param>
    /// <param name="to">Last instant, inclusive.</param>
    /// <param name="lookBack">How far before <paramref name="from"/> the sample before may lie.</param>
    /// <param name="summaries">Which summaries will do.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    IAsyncEnumerable<SeriesSamples> ReadSummariesAsync(
        SeriesFilter filter,
        IReadOnlyList<string> fields,
        DateTimeOffset from,
        DateTimeOffset to,
        TimeSpan lookBack,
        SummaryRequest summaries,
        CancellationToken cancellationToken) => ReadSamplesAsync(filter, fields, from, to, lookBack, cancellationToken);

    /// <summary>
    /// The intervals at which a metric was collected, of each target in order of time. What was stored before intervals were recorded has
    /// none.
    /// </summary>
    /// <param name="target">Only this target; null for all.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<StoredInterval>> ReadIntervalsAsync(string? target, string metric, CancellationToken cancellationToken);

    /// <summary>
    /// When a metric was read and nothing was missing from its snapshot, though it may have had no rows; by target and in order of time.
    /// </summary>
    /// <param name="target">Only this target; null for all.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="from">First instant, inclusive.</param>
    /// <param name="to">Last instant, inclusive.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<(string Target, DateTimeOffset At)>> ReadCollectedInstantsAsync(
        string? target, string metric, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>
    /// Where a metric ended otherwise than in the collection before: by target, metric and in order of time. The first outcome of the range
    /// is there too, and before it the last one before the range that is not older than <paramref name="lookBack"/>.
    /// </summary>
    /// <param name="target">Only this target; null for all.</param>
    /// <param name="from">First instant, inclusive.</param>
    /// <param name="to">Last instant, inclusive.</param>
    /// <param name="lookBack">How far before <paramref name="from"/> the outcome before may lie.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<OutcomeChange>> ReadOutcomeChangesAsync(
        string? target, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack, CancellationToken cancellationToken);

    /// <summary>Stored snapshots of a range, whole: the page never ends inside a snapshot.</summary>
    Task<IReadOnlyList<Snapshot>> ReadSnapshotsAsync(SnapshotRange range, CancellationToken cancellationToken);

    /// <summary>
    /// The newest stored snapshot of every target and metric. Those of a clock that was more than two hours ahead of this machine's are
    /// left out until that time has come.
    /// </summary>
    Task<IReadOnlyList<Snapshot>> ReadLatestAsync(CancellationToken cancellationToken);

    /// <summary>What ran, newest first.</summary>
    /// <param name="target">Only this target; null for all.</param>
    /// <param name="before">Only collections with a smaller id, for paging; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<StoredCollection>> ReadCollectionsAsync(
        string? target, Guid? before, int limit, CancellationToken cancellationToken);

    /// <summary>One collection, or null when there is none with this id.</summary>
    Task<StoredCollection?> ReadCollectionAsync(Guid id, CancellationToken cancellationToken);
}
