using System.Runtime.CompilerServices;
using System.Text.Json;
using MetricsCollector.Snapshots;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Api.Snapshots;

/// <summary>
/// Remembers how the newest snapshots look as JSON: whoever polls gets the same until something newer is collected. Thread-safe without a
/// lock: each place is one reference, and whoever comes last takes it.
/// </summary>
internal sealed class RenderedSnapshots(IOptions<JsonOptions> options)
{
    // Together at most 32 MiB, also with a thousand targets; what does not fit is written again.
    private const int Places = 256;
    private const int LargestKept = 128 * 1024;

    private readonly RenderedSnapshot?[] _kept = new RenderedSnapshot?[Places];

    private JsonSerializerOptions Json => options.Value.SerializerOptions;

    /// <summary>The snapshot as JSON.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="fields">The fields to show; null for all, which is what is remembered.</param>
    public RenderedSnapshot Of(Snapshot snapshot, IReadOnlyList<string>? fields)
    {
        if (fields is not null)
        {
            return RenderedSnapshot.Of(snapshot, fields, Json);
        }

        var place = (uint)RuntimeHelpers.GetHashCode(snapshot) % Places;
        if (Volatile.Read(ref _kept[place]) is { } kept && ReferenceEquals(kept.Snapshot, snapshot))
        {
            return kept;
        }

        var rendered = RenderedSnapshot.Of(snapshot, null, Json);
        if (rendered.Length <= LargestKept)
        {
            Volatile.Write(ref _kept[place], rendered);
        }

        return rendered;
    }
}
