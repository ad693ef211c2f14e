using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Delivery;

/// <summary>A pass in the spool.</summary>
/// <param name="Place">Its place in the order of arrival.</param>
/// <param name="Pass">The pass; null when the file no longer holds it whole.</param>
internal readonly record struct SpooledPass(long Place, CollectionPass? Pass);
