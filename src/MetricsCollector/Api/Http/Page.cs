using System.Text.Json.Serialization;

namespace MetricsCollector.Api.Http;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What the list has.</typeparam>
/// <param name="Items">The items, in the order of the list.</param>
/// <param name="NextCursor">What to give as <c>cursor</c> for the page behind; null on the last page.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <summary>
    /// Why there may be less than expected, such as a metric outside the preset of a target; left out when there is nothing to say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Notes { get; init; }
}
