namespace MetricsCollector.Query.Resets;

/// <summary>What a <c>stats_reset</c> that moved proves about a counter of its row.</summary>
public enum StatsResetRule
{
    /// <summary>That it was reset: PostgreSQL moves this <c>stats_reset</c> only when it clears the whole row.</summary>
    ClearsRow,

    /// <summary>
    /// That it was reset if some counter of the row fell: resetting a single table or function moves the <c>stats_reset</c> of the whole
    /// database, whose counters go on.
    /// </summary>
    NeedsFallInRow,

    /// <summary>Nothing unless the counter itself fell: it comes from another view than <c>stats_reset</c>.</summary>
    NeedsOwnFall,
}
