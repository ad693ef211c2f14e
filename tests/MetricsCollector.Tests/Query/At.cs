
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Query;

/// <summary>Short ways to say instants and samples: seconds after a round hour.</summary>
internal static class At
{
    public static readonly DateTimeOffset Zero = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Second(double seconds) => Zero.AddSeconds(seconds);

    public static Sample[] Samples(params (double Second, double? Value)[] samples) =>
        [.. samples.Select(sample => new Sample(Second(sample.Second), sample.Value))];

    public static RangeRequest Request(
        RangeFunction function, double from, double to, double step, FieldKind kind = FieldKind.Counter, double interval = 60) =>
        new(Second(from), Second(to), TimeSpan.FromSeconds(step), function, kind, TimeSpan.FromSeconds(interval));

    public static double?[] Values(this RangeResult result) => [.. result.Points.Select(point => point.Value)];
}
