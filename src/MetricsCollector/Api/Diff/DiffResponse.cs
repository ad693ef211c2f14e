using System.Text.Json.Serialization;
using MetricsCollector.Api.Http;
using MetricsCollector.Query;

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
    /// <summary>Shows a page.</summary>
    public static DiffResponse Of(DiffResult page) => new(
        page.From, page.To, [.. page.Items.Select(DiffItemResponse.Of)], page.LeftOut, page.Next is { } next ? Cursor.Of(next) : null);

    /// <summary>
    /// Why there may be less than expected, such as a metric outside the preset of a target; left out when there is nothing to say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Notes { get; init; }
}
