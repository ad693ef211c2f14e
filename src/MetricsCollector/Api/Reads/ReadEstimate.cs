using System.Globalization;
using MetricsCollector.Api.Http;
using MetricsCollector.Query;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Latest;

namespace MetricsCollector.Api.Reads;

/// <summary>Estimates what a request has in memory at once, from its parameters and the newest snapshots; it reads nothing.</summary>
internal sealed class ReadEstimate(LatestSnapshots latest, CatalogIndex names, TimeProvider time)
{
    private const long EachSeries = 1024;

    // Stored snapshots become objects, and these become the answer.
    private const int Copies = 2;

    // Of a metric that was not collected since the start.
    private const long UnknownSnapshot = 32 * 1024;

    // Packed rows hold a day of a series; a page unpacks those that it touches.
    private const long Unpacked = 16 << 20;

    private const int SeriesAtOnce = 200;
    private const int EachSample = 32;

    private static readonly TimeSpan NewerThanPacked = TimeSpan.FromHours(2);

    /// <summary>Bytes, roughly.</summary>
    public long Of(ReadKind kind, IQueryCollection query)
    {
        var known = latest.Find(new SeriesFilter(Text(query, "target"), Text(query, "metric"), []));
        return kind switch
        {
            ReadKind.Latest => known.Sum(SnapshotSize.Roughly),
            ReadKind.Snapshots => Pages(query, known),
            ReadKind.Series => Limit(query) * EachSeries,
            _ => Samples(query, known),
        };
    }

    private static string? Text(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var values) && values is [{ Length: > 0 } text, ..] ? text : null;

    private static long Limit(IQueryCollection query) =>
        int.TryParse(Text(query, "limit"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit <= CommonParameters.Limit.Maximum
            ? limit
            : long.Parse(CommonParameters.Limit.Default!, CultureInfo.InvariantCulture);

    // Pages hold snapshots of all metrics, large and small.
    private static long Average(IReadOnlyList<Snapshot> known) =>
        known.Count == 0 ? UnknownSnapshot : known.Sum(SnapshotSize.Roughly) / known.Count;

    private long Pages(IQueryCollection query, IReadOnlyList<Snapshot> known)
    {
        var unpacked = From(query) < time.GetUtcNow() - NewerThanPacked ? Unpacked : 0;
        return (Math.Min(Limit(query), Expected(query, known)) * Copies * Average(known)) + unpacked;
    }

    // How many snapshots the range can have.
    private long Expected(IQueryCollection query, IReadOnlyList<Snapshot> known)
    {
        var length = time.GetUtcNow() - From(query);
        var metrics = names.Current().Metrics;
        var expected = known.Sum(snapshot =>
            metrics.TryGetValue(snapshot.Metric, out var facts) ? length / facts.Interval.Value : Limit(query));
        return known.Count == 0 ? Limit(query) : (long)Math.Clamp(expected + known.Count, 1, int.MaxValue);
    }

    private DateTimeOffset From(IQueryCollection query)
    {
        var now = time.GetUtcNow();
        var text = Text(query, "from") ?? Text(query, "after") ?? CommonParameters.From.Default!;
        return TimeExpression.TryParse(text, now, out var from, out _) ? from : now;
    }

    private long Samples(IQueryCollection query, IReadOnlyList<Snapshot> known)
    {
        if (Text(query, "metric") is not { } metric || !names.Current().Metrics.TryGetValue(metric, out var facts))
        {
            return 0;
        }

        var asked = query.TryGetValue("field", out var fields)
            ? fields.Sum(text => (text ?? string.Empty).Count(c => c == ',') + 1)
            : facts.Fields.Count;
        var rows = Math.Clamp(known.Sum(snapshot => snapshot.Rows.Count), 1, SeriesAtOnce);
        var samples = Math.Clamp((time.GetUtcNow() - From(query)) / facts.Interval.Value, 1, StepChoice.MaxPoints);
        return (long)(rows * (double)asked * samples * EachSample);
    }
}
