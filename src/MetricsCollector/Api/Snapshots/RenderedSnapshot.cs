using System.Text.Json;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Snapshots;

/// <summary>A snapshot as JSON but for its age, which is all that changes from one answer to the next.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Before">Everything up to the age.</param>
/// <param name="After">Everything behind it.</param>
internal sealed record RenderedSnapshot(Snapshot Snapshot, ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After)
{
    /// <summary>How many bytes it has without its age.</summary>
    public int Length => Before.Length + After.Length;

    // Quotes inside of texts are escaped, so that this can only be the property itself.
    private static ReadOnlySpan<byte> Age => "\"ageSeconds\":"u8;

    /// <summary>Writes a snapshot once.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="fields">The fields to show; null for all.</param>
    /// <param name="json">How.</param>
    public static RenderedSnapshot Of(Snapshot snapshot, IReadOnlyList<string>? fields, JsonSerializerOptions json)
    {
        ReadOnlyMemory<byte> bytes = JsonSerializer.SerializeToUtf8Bytes(
            SnapshotResponse.From(snapshot, snapshot.CollectedAt, fields), json);
        var age = bytes.Span.IndexOf(Age) + Age.Length;
        return new RenderedSnapshot(snapshot, bytes[..age], bytes[(age + bytes.Span[age..].IndexOf((byte)','))..]);
    }
}
