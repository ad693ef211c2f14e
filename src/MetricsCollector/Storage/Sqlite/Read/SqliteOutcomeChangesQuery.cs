using Dapper;
using MetricsCollector.Storage.Shared;
using Microsoft.Data.Sqlite;

namespace MetricsCollector.Storage.Sqlite.Read;

/// <summary>Reads where outcomes of metrics became others.</summary>
internal sealed class SqliteOutcomeChangesQuery(
    SqliteConnection connection, string? target, DateTimeOffset from, DateTimeOffset to, TimeSpan lookBack)
{
    /// <inheritdoc cref="ISnapshotReader.ReadOutcomeChangesAsync" />
    public IReadOnlyList<OutcomeChange> Read(CancellationToken cancellationToken)
    {
        var states = new OutcomeStates();
        var (first, last) = (UnixMilliseconds.Ceiling(from), UnixMilliseconds.Floor(to));
        var collections = connection.Query<(string Target, long At, string? Metrics, string? Others, string? Unreachable)>(
            SqliteSql.Get("outcome_states"), new { target, from = first, to = last }, buffered: false);
        foreach (var one in collections)
        {
            cancellationToken.ThrowIfCancellationRequested();
            states.Add(one.Target, UnixMilliseconds.ToInstant(one.At), one.Metrics, one.Others, one.Unreachable);
        }

        var since = UnixMilliseconds.Ceiling(LookBack.Before(from, lookBack));
        foreach (var (name, metric) in states.Seen)
        {
            var before = connection.Query<(long At, string Outcome, string? Unreachable)>(
                SqliteSql.Get("outcome_before"), new { target = name, metric, from = first, since });
            foreach (var one in before)
            {
                states.AddBefore(
                    OutcomeJson.ReadBefore(name, metric, UnixMilliseconds.ToInstant(one.At), one.Outcome, one.Unreachable));
            }
        }

        return states.Changes();
    }
}
