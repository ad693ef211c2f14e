using MetricsCollector.Storage.Shared;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Write;

/// <summary>
/// One connection for writing and the ids known through it. They live and die together: after any failure the next session asks
/// again, since ids of a transaction that was rolled back, or lost in a failover, name nothing, or worse, something else.
/// </summary>
internal sealed class WriteSession(NpgsqlConnection connection, bool distributed) : IAsyncDisposable
{
    /// <summary>The connection.</summary>
    public NpgsqlConnection Connection { get; } = connection;

    /// <summary>Whether the store's tables are distributed.</summary>
    public bool Distributed { get; } = distributed;

    /// <summary>Ids and labels of targets.</summary>
    public TargetIds Targets { get; } = new();

    /// <summary>Ids of metrics and the places of their fields.</summary>
    public MetricFields Metrics { get; } = new();

    /// <summary>Intervals of collection.</summary>
    public KnownIntervals Intervals { get; } = new();

    /// <summary>Ids of series.</summary>
    public SeriesIds Series { get; } = new();

    /// <summary>Whether a batch went well on it: a failure then may only mean that the connection was cut meanwhile.</summary>
    public bool Proven { get; set; }

    /// <summary>Opens one.</summary>
    public static async Task<WriteSession> OpenAsync(NpgsqlDataSource store, CancellationToken cancellationToken)
    {
        var connection = await store.OpenConnectionAsync(cancellationToken);
        try
        {
            return new WriteSession(connection, await Distribution.ExistsAsync(connection, cancellationToken));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => HangingConnection.CloseAsync(Connection);
}
