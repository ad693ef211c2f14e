using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>
/// What goes out in one round trip: one transaction that guards itself, the facts, and the statements with the clock between them.
/// </summary>
internal sealed class StatementBatch : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch;

    /// <summary>Puts it together.</summary>
    /// <param name="connection">Where it goes.</param>
    /// <param name="guard">What the transaction sets between statements.</param>
    /// <param name="major">The server's major version.</param>
    /// <param name="deallocate">Whether the server forgets first what was prepared.</param>
    /// <param name="direct">Whether the session is ours alone.</param>
    /// <param name="opening">How the statement goes out that sets everything.</param>
    /// <param name="statements">How each statement goes out, and how it runs; the first are the facts.</param>
    public StatementBatch(
        NpgsqlConnection connection,
        SessionGuard guard,
        int major,
        bool deallocate,
        bool direct,
        PreparedStatements.CommandText opening,
        IReadOnlyList<(PreparedStatements.CommandText Form, StatementMode Mode)> statements)
        : this(connection, deallocate, opening)
    {
        var before = statements[0].Mode;
        Add(statements[0].Form);
        for (var i = 1; i < statements.Count; i++)
        {
            Add(guard.ClockBefore(i - 1, before, statements[i].Mode, major));
            Add(statements[i].Form);
            before = statements[i].Mode;
        }

        Add(guard.ClockBefore(statements.Count - 1, before, before with { OfRole = false }, major));
        if (direct && statements.Any(statement => statement.Mode.OfRole))
        {
            foreach (var leftover in SessionGuard.Leftovers)
            {
                Add(leftover);
            }
        }
    }

    /// <summary>Puts one statement together with nothing but its guard.</summary>
    /// <param name="connection">Where it goes.</param>
    /// <param name="deallocate">Whether the server forgets first what was prepared.</param>
    /// <param name="opening">How the statement goes out that sets everything.</param>
    /// <param name="statement">How the statement goes out.</param>
    public StatementBatch(
        NpgsqlConnection connection,
        bool deallocate,
        PreparedStatements.CommandText opening,
        PreparedStatements.CommandText statement)
        : this(connection, deallocate, opening) => Add(statement);

    private StatementBatch(NpgsqlConnection connection, bool deallocate, PreparedStatements.CommandText opening)
    {
        // No limit of Npgsql's: it counts from the last byte that came, and then waits for the answer to its request to cancel.
        _batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var characteristic in SessionGuard.TransactionCharacteristics)
        {
            Add(characteristic);
        }

        if (deallocate)
        {
            Add("DEALLOCATE ALL");
        }

        Add(opening);
    }

    /// <summary>Sends it.</summary>
    public Task<NpgsqlDataReader> ExecuteAsync() => _batch.ExecuteReaderAsync(CancellationToken.None);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // The connection remembers its last commands, and these their text as it was sent: 46 kB for each idle target.
        _batch.BatchCommands.Clear();
        await _batch.DisposeAsync();
    }

    private void Add(PreparedStatements.CommandText form)
    {
        if (form.Prepare is { } prepare)
        {
            Add(prepare);
        }

        Add(form.Execute);
    }

    private void Add(string sql) => _batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
}
