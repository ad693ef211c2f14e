using MetricsCollector.Query;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Sessions;

/// <summary>Chooses and orders sessions.</summary>
internal static class SessionList
{
    /// <summary>The sessions that match, those with most of what orders first; idle ones, then background processes, behind all
    /// others.</summary>
    public static IReadOnlyList<SessionResponse> Of(
        IEnumerable<SessionResponse> sessions, SessionOrder order, IReadOnlyList<LabelMatcher>? labels = null, LabelGlobs? globs = null) =>
    [
        .. sessions
            .Where(session => session.ToLabels() is var set
                && labels?.All(label => label.Matches(set)) != false && globs?.Matches(set) != false)
            .OrderByDescending(session => Measure(session, order).HasValue)
            .ThenByDescending(session => Measure(session, order))
            .ThenByDescending(session => session.Blocks)
            .ThenBy(session => session.State is null)
            .ThenByDescending(session => session.StateSeconds)
            .ThenBy(session => session.Pid),
    ];

    private static double? Measure(SessionResponse session, SessionOrder order) => order switch
    {
        SessionOrder.Transaction => session.State is null ? null : session.TransactionSeconds,
        SessionOrder.Query => session.State is "active" or "fastpath function call" ? session.QuerySeconds : null,
        SessionOrder.State => session.State is null ? null : session.StateSeconds,
        SessionOrder.Blocks => session.Blocks > 0 ? session.Blocks : null,
        _ => session.XminAge,
    };
}
