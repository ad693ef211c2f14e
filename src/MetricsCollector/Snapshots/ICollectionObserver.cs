namespace MetricsCollector.Snapshots;

/// <summary>Is told of every collection that is stored. Registered any number of times; each sees each collection once.</summary>
public interface ICollectionObserver
{
    /// <summary>A collection finished: its snapshots are the latest, and it is in the delivery queue. Must not wait.</summary>
    /// <param name="collection">The collection.</param>
    void Finished(CollectionRun collection);
}
