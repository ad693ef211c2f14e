using MetricsCollector.Targets.PostgreSql;

namespace MetricsCollector.Targets.Composition;

/// <summary>Makes the sessions on targets; the only place that knows which kind has which.</summary>
public static class TargetSessions
{
    /// <summary>A session that is not connected yet.</summary>
    /// <param name="target">The target.</param>
    /// <param name="limits">What the session may cost it.</param>
    /// <param name="database">The database; null for the one that the target's connection string names.</param>
    public static ITargetSession Create(Target target, SessionLimits limits, string? database = null) => target.Kind.Name switch
    {
        TargetKind.PostgreSqlName => new TargetSession(target, limits, database),
        var kind => throw new NotSupportedException($"There are no sessions on targets of kind {kind}."),
    };
}
