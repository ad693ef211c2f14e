using System.Text.Json.Serialization;

namespace MetricsCollector.Api.Diff;

/// <summary>What changed between two instants.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The second.</param>
/// <param name="Items">What moved, that which moved most first.</param>
/// <param name="LeftOut">How many more moved than are on this page and those before it.</param>
/// <param name="NextCursor">What to give as <c>cursor</c> for the page behind; null on the last page.</param>
internal sealed record DiffResponse(
    DateTimeOffset From, DateTimeOffset To, IReadOnlyList<DiffItemResponse> Items, int LeftOut, string? NextCursor)
{
    /// <summary>
    /// Why there may be less than expected, such as a metric outside the preset of a target; left out when there is nothing to say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Notes { get; init; }
}
