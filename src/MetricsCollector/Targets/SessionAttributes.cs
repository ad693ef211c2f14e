using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>
/// Whether a server is still one that <c>Target Session Attributes</c> asks for. Npgsql looks when it connects; a session is kept for much
/// longer, while servers change their roles.
/// </summary>
internal static class SessionAttributes
{
    /// <summary>How long a session stays on a server that is not preferred before the preferred ones are tried again.</summary>
    private static readonly TimeSpan TrialPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Whether a session may go on.</summary>
    /// <param name="connection">How the target is reached.</param>
    /// <param name="facts">What the server says of itself now.</param>
    /// <param name="age">How long the session has been open.</param>
    public static bool Allow(NpgsqlConnectionStringBuilder connection, ServerFacts facts, TimeSpan age) =>
        connection.TargetSessionAttributes switch
        {
            "primary" => !facts.InRecovery,
            "standby" => facts.InRecovery,
            "read-write" => !facts.InRecovery && !facts.ReadOnlyByDefault,
            "read-only" => facts.InRecovery || facts.ReadOnlyByDefault,
            "prefer-primary" => !facts.InRecovery || age < TrialPeriod,
            "prefer-standby" => facts.InRecovery || age < TrialPeriod,
            _ => true,
        };
}
