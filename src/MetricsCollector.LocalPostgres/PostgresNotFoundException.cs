namespace MetricsCollector.LocalPostgres;

/// <summary>No PostgreSQL binaries were found or downloaded; the message lists the places looked at and what to install.</summary>
public sealed class PostgresNotFoundException : LocalPostgresException
{
    /// <summary>An error with what went wrong and the remedy.</summary>
    public PostgresNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>An error with what went wrong, the remedy and the cause.</summary>
    public PostgresNotFoundException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
