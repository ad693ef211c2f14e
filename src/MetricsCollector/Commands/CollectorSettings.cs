
using MetricsCollector.Api.Http;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Configuration;
using MetricsCollector.Exposition;
using MetricsCollector.Security;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Targets;
using MetricsCollector.Telemetry;

namespace MetricsCollector.Commands;

/// <summary>The settings of the program, section by section.</summary>
internal static class CollectorSettings
{
    /// <summary>All of them.</summary>
    public static SettingsSchema Schema { get; } = new(
    [
        new(TargetOptions.Section, typeof(List<TargetOptions>)),
        new(CatalogOptions.Section, typeof(CatalogOptions)),
        new(StorageOptions.Section, typeof(StorageOptions)),
        new(CollectionOptions.Section, typeof(CollectionOptions)),
        new(PrometheusOptions.Section, typeof(PrometheusOptions)),
        new(CollectOptions.Section, typeof(CollectOptions)),
        new(SecurityOptions.Section, typeof(SecurityOptions)),
        new(LogOptions.Section, typeof(LogOptions)),
        new(TelemetryOptions.Section, typeof(TelemetryOptions)),
        new("ConnectionStrings", typeof(StoreConnection), IsShared: true),
        new("Settings", typeof(SettingsFile), IsShared: true),
        new("Secrets", typeof(SecretsDirectory), IsShared: true),
    ]);

    private sealed class StoreConnection
    {
        /// <summary>
        /// The store's PostgreSQL database: <c>Host=...;Username=...;Database=...</c>, <c>host=... user=... dbname=...</c> or
        /// <c>postgres://user@host/database</c>. Default empty: an SQLite file.
        /// </summary>
        public string Store { get; set; } = string.Empty;
    }

    private sealed class SettingsFile
    {
        /// <summary>One more settings file, read after those that are found without being named. Default none.</summary>
        public string File { get; set; } = string.Empty;
    }

    private sealed class SecretsDirectory
    {
        /// <summary>
        /// A directory with one file per setting, such as <c>ConnectionStrings__Store</c>, as Docker and Kubernetes mount them. Default
        /// none.
        /// </summary>
        public string Directory { get; set; } = string.Empty;
    }
}
