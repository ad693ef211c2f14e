using Dapper;
using MetricsCollector.Storage.Shared;
using Npgsql;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>Reads where outcomes of metrics became others.</summary>
internal sealed class OutcomeChangesQuery(
    NpgsqlConnection connection, string? target, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack)
{
    /// <inheritdoc cref="ISnapshotReader.ReadOutcomeChangesAsync" />
    public async Task<IReadOnlyList<OutcomeChange>> ReadAsync(CancellationToken cancellationToken)
    {
        var states = new OutcomeStates();
        var question = new { target, from = from.UtcDateTime, to = to.UtcDateTime };
        await foreach (var one in connection
            .QueryUnbufferedAsync<(string Target, DateTime At, string? Metrics, string? Others, string? Unreachable)>(
                StoreSql.Get("outcome_states"), question)
            .WithCancellation(cancellationToken))
        {
            states.Add(one.Target, new DateTimeOffset(one.At), one.Metrics, one.Others, one.Unreachable);
        }

        var before = await connection.QueryAsync<(string Target, string Metric, DateTime At, string Outcome, string? Unreachable)>(
            new CommandDefinition(
                StoreSql.Get("outcome_before"),
                new
                {
                    targets = states.Seen.Select(one => one.Target).ToArray(),
                    metrics = states.Seen.Select(one => one.Metric).ToArray(),
                    from = from.UtcDateTime,
                    since = LookBack.Before(from, lookBack).UtcDateTime,
                },
                cancellationToken: cancellationToken));
        foreach (var one in before)
        {
            states.AddBefore(
                OutcomeJson.ReadBefore(one.Target, one.Metric, new DateTimeOffset(one.At), one.Outcome, one.Unreachable));
        }

        return states.Changes();
    }
}
