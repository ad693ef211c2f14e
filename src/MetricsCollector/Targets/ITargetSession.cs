namespace MetricsCollector.Targets;

/// <summary>
/// The one connection to a target, whatever its kind, kept open between collections. Not for use by two callers at once. Failures are
/// Npgsql's exceptions: a <see cref="Npgsql.PostgresException"/> is what the target refused, everything else a connection that ended.
/// </summary>
public interface ITargetSession : IAsyncDisposable
{
    /// <summary>What the server said of itself last; null before the first answer. Another object after each answer.</summary>
    ServerFacts? Facts { get; }

    /// <summary>Host and port that the last connection led to; null before the first.</summary>
    string? Server { get; }

    /// <summary>Whether there is a connection, which may turn out to be dead.</summary>
    bool IsOpen { get; }

    /// <summary>Connects if need be, and then knows the server's facts again.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="known">What another session of the same server knows, which need not be asked again.</param>
    /// <returns>Whether a connection was made; false when the current one goes on.</returns>
    Task<bool> OpenAsync(CancellationToken cancellationToken, ServerFacts? known = null);

    /// <summary>Asks the statements one after the other up to the first that fails, and refreshes <see cref="Facts"/>.</summary>
    /// <param name="statements">Reading statements.</param>
    /// <param name="read">Reads the answer of statement number n; what it throws is the failure of that statement.</param>
    /// <param name="cancellationToken">Ends the wait, and then the connection.</param>
    Task<BatchResult> ExecuteAsync(
        IReadOnlyList<Statement> statements, Func<int, IAnswer, CancellationToken, Task> read, CancellationToken cancellationToken);

    /// <summary>Asks one statement over the open connection, without refreshing <see cref="Facts"/>: what is asked every second has to be
    /// cheap.</summary>
    /// <param name="statement">A reading statement that was answered before.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="cancellationToken">Ends the wait, and then the connection.</param>
    /// <returns>The failure; null when it was answered and read. After some failures the connection is closed.</returns>
    Task<Exception?> SampleAsync(Statement statement, Func<IAnswer, CancellationToken, Task> read, CancellationToken cancellationToken);

    /// <summary>Closes the connection; the next <see cref="OpenAsync"/> makes a new one.</summary>
    Task CloseAsync();
}
