using MetricsCollector.Postgres;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>Says of each of several hosts why it is not the one that is looked for: it does not answer, or is of another kind.</summary>
/// <param name="target">The target.</param>
/// <param name="limits">What a session may cost it.</param>
/// <param name="database">The database; null for the one that the target's connection string names.</param>
internal sealed class HostKinds(Target target, SessionLimits limits, string? database)
{
    /// <summary>Asks all hosts at the same time.</summary>
    /// <returns>One exception for each host, in their order.</returns>
    public async Task<NpgsqlException> ExplainAsync(CancellationToken cancellationToken)
    {
        var each = await Task.WhenAll(target.Server.Hosts.Select(host => ReasonAsync(host, cancellationToken)));
        return new NpgsqlException("No suitable host was found.", new AggregateException(each));
    }

    private async Task<Exception> ReasonAsync(ServerHost host, CancellationToken cancellationToken)
    {
        await using var session = new TargetSession(new Target(target.Name, target.Server.To(host)), limits, database);
        try
        {
            await session.OpenAsync(cancellationToken);
            return new UnsuitableServerException(SessionAttributes.KindOf(session.Facts!));
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
