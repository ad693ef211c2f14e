namespace MetricsCollector.Targets;

/// <summary>The passwords of targets that the settings do not name, so that no text shows them by accident. Thread-safe.</summary>
public sealed class LearnedSecrets
{
    private readonly Lock _lock = new();
    private volatile HashSet<string> _all = new(StringComparer.Ordinal);

    /// <summary>Comes when another one is learned.</summary>
    public event EventHandler? Changed;

    /// <summary>All that were learned since the start.</summary>
    public IReadOnlySet<string> All => _all;

    /// <summary>Learns those of a connection string; one that cannot be read has none.</summary>
    public void Learn(string? connectionString)
    {
        if (PostgresConnectionString.Parse(connectionString ?? string.Empty, out _) is not { } connection)
        {
            return;
        }

        // A password that is also a name tells nothing that the name does not.
        var found = new[] { connection.Password, connection.SslPassword }.OfType<string>()
            .Where(secret => secret.Length > 0 && secret != connection.Username && secret != connection.Database && secret != connection.Host).ToList();
        lock (_lock)
        {
            if (_all.IsSupersetOf(found))
            {
                return;
            }

            _all = [.. _all, .. found];
        }

        Changed?.Invoke(this, EventArgs.Empty);
    }
}
