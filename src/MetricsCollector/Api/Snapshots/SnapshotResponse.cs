using System.Text.Json.Serialization;
using MetricsCollector.Api.Http;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Snapshots;

/// <summary>A snapshot, as the API shows it.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="CollectedAt">When the collector asked.</param>
/// <param name="AgeSeconds">How long ago that was when the answer was written.</param>
/// <param name="DurationMs">How long the watched server worked on it, in milliseconds.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why, and what would mend it; null when ok.</param>
/// <param name="SqlState">PostgreSQL's error code where the server gave one.</param>
/// <param name="RowsLeftOut">How many rows the metric's cap left out.</param>
/// <param name="Rows">The rows.</param>
internal sealed record SnapshotResponse(
    string Target,
    string Metric,
    DateTimeOffset CollectedAt,
    double AgeSeconds,
    double DurationMs,
    OutcomeStatus Outcome,
    string? Reason,
    string? SqlState,
    int RowsLeftOut,
    IReadOnlyList<RowResponse> Rows)
{
    /// <summary>The statement that was sent; left out unless it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sql { get; init; }

    /// <summary>What else there is to say, such as where what was read is shown; left out when there is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>Shows a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="now">The time of the answer.</param>
    /// <param name="fields">The fields to show; null for all.</param>
    public static SnapshotResponse From(Snapshot snapshot, DateTimeOffset now, IReadOnlyList<string>? fields = null) => new(
        snapshot.Target,
        snapshot.Metric,
        snapshot.CollectedAt,
        Math.Round((now - snapshot.CollectedAt).TotalSeconds, 3),
        Math.Round(snapshot.Duration.TotalMilliseconds, 3),
        snapshot.Outcome.Status,
        snapshot.Outcome.Reason,
        snapshot.Outcome.SqlState,
        snapshot.RowsLeftOut,
        RowsOf(snapshot, fields))
    {
        Note = snapshot.Note,
    };

    private static RowResponse[] RowsOf(Snapshot snapshot, IReadOnlyList<string>? fields)
    {
        if (fields is null)
        {
            return [.. snapshot.Rows.Select(row => RowResponse.From(row, snapshot.Fields))];
        }

        var projection = new Projection(snapshot.Fields, fields);
        return [.. snapshot.Rows.Select(row => RowResponse.From(projection.Of(row), fields))];
    }
}
