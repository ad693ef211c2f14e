using System.Globalization;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Shared;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage.Postgres.Assignment;

/// <summary>
/// Shares targets by session-level advisory locks in the store's database. A collector that dies loses them with its connection, and
/// the next look of another takes them. One that loses only its connection keeps what it holds, and gives up what another took meanwhile.
/// </summary>
internal sealed class PostgresTargetLeases(IOptions<StoreConnectionOptions> options, LeaseName name, TimeProvider time) : ITargetLeases
{
    /// <summary>
    /// After a lost connection nothing new is taken for so long: when the store was away, the others come back in this time too and
    /// hold again what they held.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private LeaseSession? _session;
    private long? _back;

    /// <inheritdoc />
    public Task<LeaseView> ReconcileAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var session = _session ?? await ConnectAsync(targets, cancellationToken);
        await session.JoinAsync(
            LeaseShares.Hash(string.Join('\n', targets.Order(StringComparer.Ordinal))).ToString("x16", CultureInfo.InvariantCulture)[..8],
            cancellationToken);
        var locks = await session.LocksAsync([.. targets.Union(_held, StringComparer.Ordinal)], cancellationToken);
        var self = locks.FirstOrDefault(one => one.Target is null && one.Instance == name.Instance);
        var peers = locks
            .Where(one => one.Target is null && one.Group == self?.Group)
            .Select(one => one.Instance)
            .Append(name.Instance)
            .Distinct()
            .ToList();
        var shares = LeaseShares.Of(targets, peers);
        var holders = locks
            .Where(one => one.Target is not null)
            .GroupBy(one => one.Target!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

        if (_back is null || time.GetElapsedTime(_back.Value) > Grace)
        {
            var wanted = targets.Where(target => shares[target] == name.Instance && !holders.ContainsKey(target)).ToList();
            foreach (var taken in await session.TakeAsync(wanted, cancellationToken))
            {
                _held.Add(taken);
                holders[taken] = new LeaseLock(taken, 0, name.Instance, string.Empty, name.Name);
            }
        }

        var present = locks.Where(one => one.Target is null).DistinctBy(one => one.Instance)
            .Select(one => new CollectorPresence(
                one.Instance == name.Instance
                    ? name.Name
                    : one.Name, holders.Values.Count(held => held.Instance == one.Instance), one.Instance == name.Instance))
            .OrderBy(one => one.Name, StringComparer.Ordinal);
        return new LeaseView(
            _held.ToHashSet(StringComparer.Ordinal),
            [.. _held.Where(target => shares.GetValueOrDefault(target) != name.Instance)],
            holders.ToDictionary(
                holder => holder.Key, holder => holder.Value.Instance == name.Instance ? name.Name : holder.Value.Name,
                StringComparer.Ordinal),
            [.. present]);
    });

    /// <inheritdoc />
    public Task ReleaseAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        _held.ExceptWith(targets);
        if (_session is { } session && targets.Count > 0)
        {
            await session.ReleaseAsync(targets, cancellationToken);
        }

        return true;
    });

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync();
        }
    }

    private async Task<LeaseSession> ConnectAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken)
    {
        var session = await LeaseSession.OpenAsync(options.Value.ConnectionString, name, cancellationToken);
        _session = session;
        if (_held.Count == 0)
        {
            return session;
        }

        // The server may not have noticed yet that the connection before is gone.
        var locks = await session.LocksAsync([.. targets.Union(_held, StringComparer.Ordinal)], cancellationToken);
        var newest = locks.Where(one => one.Target is null && one.Instance == name.Instance).Select(one => one.Pid).ToHashSet();
        foreach (var lost in locks
            .Where(one => one.Target is not null && one.Instance == name.Instance)
            .Select(one => one.Pid)
            .Where(newest.Contains)
            .Distinct())
        {
            await session.EndAsync(lost, cancellationToken);
        }

        var held = await session.TakeAsync([.. _held], cancellationToken);
        _held.IntersectWith(held);
        _back = time.GetTimestamp();
        return session;
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await StoreFailure.GuardAsync(run);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }
}
