namespace MetricsCollector.Storage;

/// <summary>Where the store is: <c>ConnectionStrings:Store</c>.</summary>
internal sealed class StoreConnectionOptions
{
    /// <summary>Npgsql keywords or a <c>postgres://</c> URI.</summary>
    public string ConnectionString { get; set; } = string.Empty;
}
