using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>Closes connections to a store that may hang.</summary>
internal static class HangingConnection
{
    /// <summary>A server that answers closes a connection in milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Disposes of a connection. One with a statement under way waits for the server to acknowledge the cancellation, as long as the
    /// command's timeout; after a second it is left to itself and ends with the process.
    /// </summary>
    public static async ValueTask CloseAsync(NpgsqlConnection connection) =>
        await connection.DisposeAsync().AsTask().WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
