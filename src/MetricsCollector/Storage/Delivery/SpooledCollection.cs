using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Delivery;

/// <summary>A collection in the spool.</summary>
/// <param name="Place">Its place in the order of arrival.</param>
/// <param name="Collection">The collection; null when the file no longer holds it whole.</param>
internal readonly record struct SpooledCollection(long Place, CollectionRun? Collection);
