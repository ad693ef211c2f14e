namespace MetricsCollector.Targets.PostgreSql;

/// <summary>
/// Whether a server is still one that <c>Target Session Attributes</c> asks for. Npgsql looks when it connects; a session is kept for much
/// longer, while servers change their roles.
/// </summary>
internal static class SessionAttributes
{
    /// <summary>How long a session stays on a server that is not preferred before the preferred ones are tried again.</summary>
    private static readonly TimeSpan TrialPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Whether a session may go on.</summary>
    /// <param name="attributes">What is asked for, in libpq's words; null for any.</param>
    /// <param name="facts">What the server says of itself now.</param>
    /// <param name="age">How long the session has been open.</param>
    public static bool Allow(string? attributes, ServerFacts facts, TimeSpan age) =>
        attributes switch
        {
            "primary" => !facts.InRecovery,
            "standby" => facts.InRecovery,
            "read-write" => !facts.InRecovery && !facts.ReadOnlyByDefault,
            "read-only" => facts.InRecovery || facts.ReadOnlyByDefault,
            "prefer-primary" => !facts.InRecovery || age < TrialPeriod,
            "prefer-standby" => facts.InRecovery || age < TrialPeriod,
            _ => true,
        };

    /// <summary>What a server is, as in "it is a standby".</summary>
    public static string KindOf(ServerFacts facts) => (facts.InRecovery, facts.ReadOnlyByDefault) switch
    {
        (true, _) => "is a standby",
        (false, true) => "is a primary whose transactions are read-only by default (default_transaction_read_only)",
        _ => "is a primary",
    };
}
