using System.Globalization;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Snapshots;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api.Snapshots;

/// <summary>Whether somebody already has the newest snapshots.</summary>
internal static class Freshness
{
    /// <summary>Says in the answer's headers how new the snapshots are, and whether the client has them already.</summary>
    public static bool IsUnchanged(HttpContext context, IReadOnlyList<Snapshot> snapshots, IRowFormat? format)
    {
        // Every snapshot counts, not only the newest: one that vanished changes the answer too.
        var newest = DateTimeOffset.UnixEpoch;
        long sum = 0;
        foreach (var snapshot in snapshots)
        {
            sum = unchecked((sum * 31) + snapshot.CollectedAt.UtcTicks + snapshot.Rows.Count);
            newest = snapshot.CollectedAt > newest ? snapshot.CollectedAt : newest;
        }

        var tag = new EntityTagHeaderValue(
            string.Create(CultureInfo.InvariantCulture, $"\"{sum:x}-{snapshots.Count}-{format?.Name}\""), isWeak: true);
        var response = context.Response.GetTypedHeaders();
        response.ETag = tag;
        response.LastModified = newest;
        response.CacheControl = new CacheControlHeaderValue { NoCache = true };
        var request = context.Request.GetTypedHeaders();
        return request.IfNoneMatch.Count > 0
            ? request.IfNoneMatch.Any(known => known.Tag == "*" || known.Compare(tag, useStrongComparison: false))
            : request.IfModifiedSince is { } since && newest.ToUnixTimeSeconds() <= since.ToUnixTimeSeconds();
    }
}
