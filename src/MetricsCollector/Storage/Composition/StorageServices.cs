using MetricsCollector.Configuration;
using MetricsCollector.Storage.Delivery;
using MetricsCollector.Storage.Latest;
using MetricsCollector.Storage.Postgres;
using MetricsCollector.Storage.Postgres.Assignment;
using MetricsCollector.Storage.Postgres.Maintenance;
using MetricsCollector.Storage.Postgres.Partitions;
using MetricsCollector.Storage.Postgres.Read;
using MetricsCollector.Storage.Postgres.Schema;
using MetricsCollector.Storage.Postgres.Write;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using MetricsCollector.Storage.Sqlite.Assignment;
using MetricsCollector.Storage.Sqlite.Maintenance;
using MetricsCollector.Storage.Sqlite.Read;
using MetricsCollector.Storage.Sqlite.Schema;
using MetricsCollector.Storage.Sqlite.Write;
using MetricsCollector.Storage.Status;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MetricsCollector.Storage.Composition;

/// <summary>Adds the store.</summary>
public static class StorageServices
{
    /// <summary>The key of the store's <see cref="NpgsqlDataSource"/>.</summary>
    public const string StoreKey = "store";

    /// <summary>
    /// Adds the store named by <c>ConnectionStrings:Store</c>, or an SQLite file when it is empty: <see cref="ISnapshotWriter"/> for
    /// Collection,
    /// <see cref="ISnapshotReader"/>, <see cref="LatestSnapshots"/> and <see cref="StoreStatus"/> for those who ask.
    /// Settings are checked when the host starts.
    /// </summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().BindSettings(configuration, StorageOptions.Section).ValidateOnStart();
        services.AddOptions<StoreConnectionOptions>()
            .Configure(options => options.ConnectionString = configuration.GetConnectionString("Store") ?? string.Empty)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddSingleton<IValidateOptions<StoreConnectionOptions>, StoreConnectionOptionsValidator>();

        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(StoreKey, (provider, _) => StoreConnectionString.CreateDataSource(
            provider.GetRequiredService<IOptions<StoreConnectionOptions>>().Value.ConnectionString, provider.GetService<ILoggerFactory>()));

        services.AddSingleton<RetentionPolicy>(provider => new RetentionPolicy(provider.GetRequiredService<IOptions<StorageOptions>>()));
        services.AddSingleton<RetentionClock>();
        services.AddSingleton<StoreStatus>();
        services.AddMetrics();
        services.AddSingleton<WriteMeter>();
        services.AddSingleton<LatestSnapshots>();
        services.AddSingleton(provider => new DeliveryQueue(time: provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<CollectionSpool>();
        services.AddSingleton<Spooler>();
        services.AddSingleton<PostgresSchema>();
        services.AddSingleton<PartitionKeeper>();
        services.AddSingleton<HistoryPacker>();
        services.AddSingleton<MetricExpiry>();
        services.AddSingleton<StoreUpkeep>();
        services.AddSingleton<PostgresSnapshotWriter>();
        services.AddSingleton<PostgresSnapshotReader>();
        services.AddSingleton<PostgresStore>();
        services.AddSingleton(provider => new SqliteFile(provider.GetRequiredService<IOptions<StorageOptions>>().Value.Path));
        services.AddSingleton<SqliteSchema>();
        services.AddSingleton<SqliteRetention>();
        services.AddSingleton<SqliteSize>();
        services.AddSingleton<SqliteSnapshotWriter>();
        services.AddSingleton<SqliteSnapshotReader>();
        services.AddSingleton<SqliteStore>();

        // Chosen when first needed: only then are all settings known. What is not chosen is never made.
        services.AddSingleton<ISnapshotReader>(provider =>
            IsFile(provider) ? provider.GetRequiredService<SqliteSnapshotReader>() : provider.GetRequiredService<PostgresSnapshotReader>());
        services.AddSingleton<IStore>(provider =>
            IsFile(provider) ? provider.GetRequiredService<SqliteStore>() : provider.GetRequiredService<PostgresStore>());
        services.AddSingleton<ISnapshotWriter, QueueingWriter>();
        services.AddSingleton<StoredLatest>();
        services.AddSingleton<PostgresTargetLeases>();
        services.AddSingleton<FileTargetLeases>();
        services.AddSingleton<PostgresSavedTargets>();
        services.AddSingleton<SqliteSavedTargets>();
        services.AddSingleton<ITargetLeases>(provider =>
            IsFile(provider) ? provider.GetRequiredService<FileTargetLeases>() : provider.GetRequiredService<PostgresTargetLeases>());
        services.AddSingleton<ISavedTargets>(provider =>
            IsFile(provider) ? provider.GetRequiredService<SqliteSavedTargets>() : provider.GetRequiredService<PostgresSavedTargets>());

        // The spool first, so that it is stopped last.
        services.AddHostedService<SpoolService>();
        services.AddHostedService<DeliveryService>();
        services.AddHostedService<StoreUpkeepService>();
        return services;
    }

    private static bool IsFile(IServiceProvider provider) => provider.GetRequiredService<IOptions<StoreConnectionOptions>>().Value.IsFile;
}
