using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Events;

/// <summary>Restarts, crashes, failovers and changes of the role, from what servers say of themselves.</summary>
internal sealed class ServerEvents : IEventSource
{
    private const string Primary = "primary";
    private const string Standby = "standby";

    /// <inheritdoc />
    public IReadOnlyList<EventKind> Kinds { get; } =
        [EventKind.Restarted, EventKind.Crashed, EventKind.FailedOver, EventKind.Promoted, EventKind.Demoted];

    /// <inheritdoc />
    public async Task<IEnumerable<TargetEvent>> FindAsync(EventReadings readings, CancellationToken cancellationToken)
    {
        var roles = new Dictionary<string, IReadOnlyList<Sample>>(StringComparer.Ordinal);
        await foreach (var role in readings.SamplesAsync(ServerChanges.Metric, "in_recovery", cancellationToken))
        {
            roles[role.Series.Target] = role.WithEnds();
        }

        var servers = await readings.ServersAsync(cancellationToken);
        return servers.Keys.Union(roles.Keys, StringComparer.Ordinal)
            .SelectMany(target => Find(target, servers.GetValueOrDefault(target, []), roles.GetValueOrDefault(target, [])));
    }

    /// <summary>Finds them for one target.</summary>
    /// <param name="target">Name of the target.</param>
    /// <param name="changes">What happened to it. A restart that lost the statistics is there twice.</param>
    /// <param name="inRecovery">Samples of <c>in_recovery</c>, in order of time.</param>
    public static IEnumerable<TargetEvent> Find(
        string target, IReadOnlyList<ServerChange> changes, IReadOnlyList<Sample> inRecovery)
    {
        var roles = Moves(inRecovery).ToList();
        foreach (var change in changes.Where(change => !IsToldByAnother(change, changes)))
        {
            var role = roles.Find(move => change.LiesBetween(move.Before.At, move.After.At));
            yield return change.Reason switch
            {
                ResetReason.Failover => new TargetEvent(
                    change.Until, change.After, target, EventKind.FailedOver,
                    "Another server answers under this name: a promoted standby, a restored copy or another cluster.")
                {
                    Old = role.After.Value is null ? null : Name(role.Before),
                    New = role.After.Value is null ? null : Name(role.After),
                },
                _ when change.ClearsCounters => new TargetEvent(
                    change.Until, change.After, target, EventKind.Crashed,
                    change.Reason == ResetReason.Restart
                        ? "The server was started again after a crash or an immediate stop; its statistics began anew."
                        : "The server went through a crash and recovered; its statistics began anew."),
                _ => new TargetEvent(change.Until, change.After, target, EventKind.Restarted, "The server was restarted."),
            };
        }

        foreach (var (before, after) in roles.Where(move => !changes.Any(change => IsFailover(change, move.Before.At, move.After.At))))
        {
            yield return new TargetEvent(
                after.At, before.At, target, after.Value == 0 ? EventKind.Promoted : EventKind.Demoted,
                after.Value == 0 ? "The standby was promoted: it is a primary now." : "The primary became a standby.")
            {
                Old = Name(before),
                New = Name(after),
            };
        }
    }

    // A restart and the loss of the statistics in it are one crash.
    private static bool IsToldByAnother(ServerChange change, IReadOnlyList<ServerChange> changes) =>
        !change.ClearsCounters
        && change.Reason == ResetReason.Restart
        && changes.Any(other => other.ClearsCounters && other.LiesBetween(change.After, change.Until));

    private static bool IsFailover(ServerChange change, DateTimeOffset after, DateTimeOffset until) =>
        change.Reason == ResetReason.Failover && change.LiesBetween(after, until);

    private static string Name(Sample inRecovery) => inRecovery.Value == 0 ? Primary : Standby;

    private static IEnumerable<(Sample Before, Sample After)> Moves(IReadOnlyList<Sample> samples)
    {
        var known = samples.Where(sample => sample.Value is not null).ToList();
        return known.Zip(known.Skip(1)).Where(pair => pair.First.Value != pair.Second.Value);
    }
}
