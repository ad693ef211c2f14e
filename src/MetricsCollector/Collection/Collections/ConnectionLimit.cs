using System.Buffers.Binary;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Collections;

/// <summary>
/// Asks why a further connection is not answered. A pooler keeps its clients waiting while the server refuses connections, and tells the
/// server's reason long after the time that a collection has; the open connection can see it.
/// </summary>
/// <param name="home">The open connection.</param>
/// <param name="limits">What a session may cost the server.</param>
internal sealed class ConnectionLimit(ITargetSession home, SessionLimits limits)
{
    private const string Sql =
        """
        SELECT r.rolconnlimit, count(a.pid)
        FROM pg_catalog.pg_roles AS r
        LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.usename = r.rolname
        WHERE r.rolname = current_user
        GROUP BY r.rolconnlimit
        """;

    /// <summary>The server's reason; null when the role has no limit, or has not reached it.</summary>
    public async Task<string?> ReachedAsync(CancellationToken stopping)
    {
        if (!home.IsOpen)
        {
            return null;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(limits.Timeout);
        var (limit, used) = (-1, 0L);
        try
        {
            await home.ExecuteAsync(
                [new Statement(Sql)],
                async (_, answer, token) =>
                {
                    if (await answer.ReadAsync(token))
                    {
                        limit = BinaryPrimitives.ReadInt32BigEndian(answer.Bytes(0));
                        used = BinaryPrimitives.ReadInt64BigEndian(answer.Bytes(1));
                    }
                },
                deadline.Token);
        }
        catch (Exception) when (!stopping.IsCancellationRequested)
        {
            // The reason that is known stays.
            return null;
        }

        return limit >= 0 && used >= limit
            ? FormattableString.Invariant(
                $"too many connections for role \"{home.Facts!.RoleName}\", {used} of CONNECTION LIMIT {limit} are in use")
            : null;
    }
}
