namespace MetricsCollector.LocalPostgres;

/// <summary>Starts a cluster on its port, or on a free one.</summary>
internal static class ServerStart
{
    private const int Attempts = 10;

    /// <summary>Configures and starts the server, and gives its port.</summary>
    /// <exception cref="LocalPostgresException">It does not start; the message ends with the tail of its log.</exception>
    public static async Task<int> OnPortAsync(
        Cluster cluster, LocalServerOptions options, bool thrownAway, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port ?? FreePort.Choose();
            await cluster.ConfigureAsync(ServerSettings.Text(options, cluster.Binaries, port, thrownAway), cancellationToken);
            var result = await cluster.TryStartAsync(cancellationToken);
            if (result.Succeeded)
            {
                return port;
            }

            // Somebody took the free port before the server did.
            var taken = result.Output.Contains("could not bind", StringComparison.Ordinal);
            if (!taken || options.Port is not null || attempt == Attempts)
            {
                var remedy = taken ? $" (port {port} is taken: choose another, or none for a free one)" : "";
                Cluster.Demand(result, $"PostgreSQL {cluster.Binaries.Version} did not start in {cluster.DataDirectory}{remedy}");
            }
        }
    }
}
