using MetricsCollector.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MetricsCollector.Storage;

/// <summary>Adds the store.</summary>
public static class StorageServices
{
    /// <summary>The key of the store's <see cref="NpgsqlDataSource"/>.</summary>
    public const string StoreKey = "store";

    /// <summary>
    /// Adds the store named by <c>ConnectionStrings:Store</c>: <see cref="ISnapshotWriter"/> for Collection,
    /// <see cref="ISnapshotReader"/>, <see cref="LatestSnapshots"/> and <see cref="StoreStatus"/> for those who ask.
    /// Settings are checked when the host starts.
    /// </summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddOptions<StoreConnectionOptions>()
            .Configure(options => options.ConnectionString = configuration.GetConnectionString("Store") ?? string.Empty)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddSingleton<IValidateOptions<StoreConnectionOptions>, StoreConnectionOptionsValidator>();

        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(StoreKey, (provider, _) => StoreConnectionString.CreateDataSource(
            provider.GetRequiredService<IOptions<StoreConnectionOptions>>().Value.ConnectionString, provider.GetService<ILoggerFactory>()));

        services.AddSingleton<StoreStatus>();
        services.AddSingleton<LatestSnapshots>();
        services.AddSingleton(new PassQueue());
        services.AddSingleton<PostgresSchema>();
        services.AddSingleton<PartitionKeeper>();
        services.AddSingleton<HistoryPacker>();
        services.AddSingleton<StoreUpkeep>();
        services.AddSingleton<PostgresSnapshotWriter>();
        services.AddSingleton<ISnapshotReader, PostgresSnapshotReader>();
        services.AddSingleton<ISnapshotWriter, BufferedSnapshotWriter>();
        services.AddHostedService<StoreFlushService>();
        services.AddHostedService<StoreUpkeepService>();
        return services;
    }
}
