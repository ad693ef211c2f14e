using FsCheck;
using FsCheck.Fluent;
using MetricsCollector.Storage.Packing;

namespace MetricsCollector.Tests.Storage.Packing;

/// <summary>Rows of a series as they come: counters, gauges, milliseconds with fractions, and whatever else a double can be.</summary>
internal sealed record GeneratedRows(IReadOnlyList<StoredRow> Rows)
{
    private static readonly double[] Odd =
    [
        0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue, double.Epsilon,
        0.1 + 0.2, 1e17,
        9007199254740991, 9007199254740992, -9007199254740992, BitConverter.Int64BitsToDouble(unchecked((long)0xfff8000000000123)),
    ];

    public static Arbitrary<GeneratedRows> Any { get; } = Arb.From(
        from rows in Gen.Choose(1, 200)
        from width in Gen.Choose(0, 6)
        from columns in Gen.ArrayOf(Column(rows), width)
        from spacings in Gen.ArrayOf(
            Gen.Frequency(
                (5, Gen.Constant(60_000_000)), (5, Gen.Choose(59_990, 60_010).Select(ms => ms * 1_000)), (1, Gen.Choose(1, 900_000_000))),
            rows)
        from grownAt in Gen.Choose(0, rows)
        from fewer in Gen.Choose(0, width)
        select Of(columns, spacings, grownAt, fewer));

    public override string ToString() =>
        string.Join('\n', Rows.Select(row => $"{row.At:O} {string.Join(' ', row.Readings.Select(one => one?.ToString("R") ?? "null"))}"));

    private static GeneratedRows Of(double?[][] columns, int[] microseconds, int grownAt, int fewer)
    {
        var rows = new List<StoredRow>();
        var at = TestCollections.Noon;
        for (var i = 0; i < microseconds.Length; i++)
        {
            rows.Add(new StoredRow(at, [.. columns.Take(i < grownAt ? fewer : columns.Length).Select(column => column[i])]));
            at = at.AddTicks(microseconds[i] * 10L);
        }

        return new GeneratedRows(rows);
    }

    private static Gen<double?[]> Column(int rows) => Gen.Frequency(
        (2, Gen.Elements(Odd).Select(value => Enumerable.Repeat((double?)value, rows).ToArray())),
        (1, Gen.Constant(new double?[rows])),
        (4, Gen.ArrayOf(Gen.Choose(-3, 1_000), rows).Select(steps => Counter(steps, 1))),
        (4, Gen.ArrayOf(Gen.Choose(-3, 100_000), rows).Select(steps => Counter(steps, 1_000))),
        (2, Gen.ArrayOf(Gen.Choose(int.MinValue, int.MaxValue), rows).Select(steps => Counter(steps, 1_000_000))),
        (2, Gen.ArrayOf(Gen.Frequency((9, Gen.Choose(0, 9).Select(value => (double?)value)), (1, Gen.Constant((double?)null))), rows)),
        (2, Gen.ArrayOf(
            Gen.Frequency(
                (9, Gen.Choose(0, 9).Select(value => (double?)value / 10)), (1, Gen.Elements(Odd).Select(value => (double?)value))),
            rows)),
        (1, Gen.ArrayOf(Gen.Choose(int.MinValue, int.MaxValue)
            .Two()
            .Select(pair => (double?)BitConverter.Int64BitsToDouble(((long)pair.Item1 << 32) ^ pair.Item2)), rows)));

    private static double?[] Counter(int[] steps, double unit)
    {
        var counter = 1_000_000_000L;
        return [.. steps.Select(step => (double?)((counter += step) / unit))];
    }
}
