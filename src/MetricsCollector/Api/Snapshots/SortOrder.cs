namespace MetricsCollector.Api.Snapshots;

/// <summary>In which order of time a list is.</summary>
internal enum SortOrder
{
    /// <summary>Oldest first.</summary>
    Asc,

    /// <summary>Newest first.</summary>
    Desc,
}
