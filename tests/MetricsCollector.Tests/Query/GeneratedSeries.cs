using FsCheck;
using FsCheck.Fluent;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Query;

/// <summary>One case of a property: a request and a series with gaps, resets, NULLs and irregular times.</summary>
internal sealed record GeneratedSeries(RangeRequest Request, IReadOnlyList<Sample> Samples)
{
    public static Arbitrary<GeneratedSeries> Of(params RangeFunction[] functions) => Arb.From(
        from function in Gen.Elements(functions)
        from kind in Gen.Elements(FieldKind.Counter, FieldKind.Gauge)
        from lead in Gen.Choose(-400_000, 0)
        from steps in SpacingsAndValues()
        from start in Gen.Choose(-100_000, 300_000)
        from length in Gen.Choose(0, 2_000_000)
        from step in Gen.Elements(1, 7, 15, 60, 90, 300, 3600)
        from interval in Gen.Elements(15, 60)
        select new GeneratedSeries(
            new RangeRequest(
                At.Zero.AddMilliseconds(start), At.Zero.AddMilliseconds(start + length), TimeSpan.FromSeconds(step), function, kind,
                TimeSpan.FromSeconds(interval)),
            Series(At.Zero.AddMilliseconds(lead), steps)));

    public override string ToString() =>
        $"{Request}: {string.Join(", ", Samples.Select(sample => $"{sample.At:HH:mm:ss.fff}={sample.Value}"))}";

    private static Gen<(int Spacing, int Increase, int Luck)[]> SpacingsAndValues() => Gen.ArrayOf(
        from spacing in Gen.Frequency(
            (6, Gen.Choose(59_900, 60_100)),
            (3, Gen.Choose(1, 60_000)),
            (1, Gen.Choose(170_000, 190_000)),
            (1, Gen.Choose(190_000, 900_000)))
        from increase in Gen.Choose(0, 5_000)
        from luck in Gen.Choose(0, 19)
        select (spacing, increase, luck));

    // Eighths add up exactly in any order, so that the two ways to compute differ only where they divide.
    private static List<Sample> Series(DateTimeOffset at, (int Spacing, int Increase, int Luck)[] steps)
    {
        var samples = new List<Sample>();
        double counter = 1_000;
        foreach (var (spacing, increase, luck) in steps)
        {
            at = at.AddMilliseconds(spacing);
            counter = luck == 0 ? increase / 8.0 : counter + (increase / 8.0);
            samples.Add(new Sample(at, luck is 1 or 2 ? null : counter));
        }

        return samples;
    }
}
