using MetricsCollector.Api.Series;

namespace MetricsCollector.Api.Statements;

/// <summary>A statement of a target, as the API shows it: one for each database and role that ran it.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Queryid">Identifier of the normalised statement.</param>
/// <param name="Datname">The database.</param>
/// <param name="Usename">The role that ran it.</param>
/// <param name="Toplevel">Whether a client sent it; false where a function ran it.</param>
/// <param name="Query">The text of the normalised statement, its first 2,000 characters; null while it is not known.</param>
/// <param name="FirstSeen">When it was first among the statements that are kept.</param>
/// <param name="LastSeen">When it was last among them.</param>
internal sealed record StatementResponse(
    string Target, string Queryid, string? Datname, string? Usename, bool Toplevel, string? Query, DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen)
{
    /// <summary>Shows a series of <c>statements</c>.</summary>
    public static StatementResponse Of(SeriesResponse series) => new(
        series.Target,
        series.Labels[StatementEndpoints.QueryId]!,
        series.Labels["datname"],
        series.Labels["usename"],
        series.Labels["toplevel"] == "true",
        series.Attributes.GetValueOrDefault("query"),
        series.FirstSeen,
        series.LastSeen);
}
