namespace MetricsCollector.Storage.Settings;

/// <summary>Where the store is: <c>ConnectionStrings:Store</c>.</summary>
internal sealed class StoreConnectionOptions
{
    /// <summary>Npgsql's or libpq's keywords or a <c>postgres://</c> URI; empty for an SQLite file.</summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>Whether the store is an SQLite file.</summary>
    public bool IsFile => string.IsNullOrWhiteSpace(ConnectionString);
}
