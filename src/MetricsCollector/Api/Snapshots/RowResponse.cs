using System.Text.Json.Serialization;
using MetricsCollector.Api.Json;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Snapshots;

/// <summary>A row of a snapshot, as the API shows it.</summary>
/// <param name="Labels">What the row is about.</param>
/// <param name="Values">The values of its fields.</param>
internal sealed record RowResponse(LabelSet Labels, FieldValues Values)
{
    /// <summary>Texts that describe the row without identifying it, such as the text of a statement; left out when there are
    /// none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>Shows a row.</summary>
    public static RowResponse From(SnapshotRow row, IReadOnlyList<string> fields) =>
        new(row.Labels, new FieldValues(fields, row.Readings)) { Attributes = row.Attributes is { Count: > 0 } ? row.Attributes : null };
}
