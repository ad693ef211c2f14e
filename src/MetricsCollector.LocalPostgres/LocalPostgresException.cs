namespace MetricsCollector.LocalPostgres;

/// <summary>A private PostgreSQL server could not be made, started or stopped; the message says why and what to do.</summary>
public class LocalPostgresException : Exception
{
    /// <summary>An error with what went wrong and the remedy.</summary>
    public LocalPostgresException(string message)
        : base(message)
    {
    }

    /// <summary>An error with what went wrong, the remedy and the cause.</summary>
    public LocalPostgresException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
