using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using MetricsCollector.Storage.Packing;
using static MetricsCollector.Tests.Storage.TestCollections;

namespace MetricsCollector.Tests.Storage.Packing;

[Trait("PostgreSQL", "any")]
public sealed class WindowPackerProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1_000);

    [Fact]
    public void Whatever_is_packed_comes_back_bit_for_bit() => Check.One(
        Thorough,
        Prop.ForAll(GeneratedRows.Any, generated => AssertSame(generated.Rows, WindowPacker.Pack(generated.Rows).Unpack())));

    [Fact]
    public void The_first_readings_of_a_window_can_be_had_alone() => Check.One(
        Thorough,
        Prop.ForAll(GeneratedRows.Any, generated =>
        {
            var packed = WindowPacker.Pack(generated.Rows);
            var some = new double?[(packed.Rows + 1) / 2];
            for (var field = 0; field < packed.Packings.Length; field++)
            {
                var from = field == 0 ? 0 : packed.FirstAndLast[field - 1];
                FieldUnpacker.Unpack(
                    packed.Packings[field], packed.Summaries[field * FieldSummary.Slots],
                    packed.Readings.AsSpan(from, packed.FirstAndLast[field] - from), packed.Rows, some);
                Assert.Equal(generated.Rows.Take(some.Length).Select(row => Bits(row, field)), some.Select(Bits));
            }
        }));

    [Fact]
    public void Summaries_are_those_of_the_readings() => Check.One(
        Thorough,
        Prop.ForAll(GeneratedRows.Any, generated =>
        {
            var packed = WindowPacker.Pack(generated.Rows);
            for (var field = 0; field < packed.Packings.Length; field++)
            {
                var slots = packed.Summaries.AsSpan(field * FieldSummary.Slots, FieldSummary.Slots);
                var summary = FieldSummary.Read(packed.Packings[field], slots, packed.Rows);
                double[] readings = [.. generated.Rows
                    .Where(row => field < row.Readings.Length)
                    .Select(row => row.Readings[field])
                    .OfType<double>()
                    .Where(double.IsFinite)];
                Assert.Equal((Bits(generated.Rows[0], field), Bits(generated.Rows[^1], field)), (Bits(summary.First), Bits(summary.Last)));
                Assert.Equal(readings.Length, summary.Count);
                Assert.Equal(readings.Length == 0 ? null : readings.Aggregate(Math.Min), summary.Min);
                Assert.Equal(readings.Length == 0 ? null : readings.Aggregate(Math.Max), summary.Max);
                if (!double.IsNaN(summary.Sum) && readings.All(reading => Math.Abs(reading) < 1e290))
                {
                    Assert.Equal(Exactly(readings), Exactly([summary.Sum, summary.SumRest]));
                }
            }
        }));

    [Fact]
    public void What_does_not_change_costs_nothing_and_a_regular_interval_one_number()
    {
        var packed = Pack(i => [7, double.NaN, null, i * 5]);
        Assert.Single(packed.Times);
        Assert.Single(packed.Readings);
    }

    [Fact]
    public void Jitter_and_counters_of_a_few_bits_share_numbers()
    {
        var packed = WindowPacker.Pack(
            [.. Enumerable.Range(0, 60).Select(i => new StoredRow(Noon.AddMilliseconds((60_000 * i) + (i % 3)), [i * i % 7]))]);
        Assert.InRange(packed.Times.Length, 2, 5);
        Assert.InRange(packed.Readings.Length, 2, 7);
    }

    [Fact]
    public void Microseconds_as_milliseconds_are_packed_as_integers()
    {
        var packed = Pack(i => [(1_795_360_037 + (i * i % 100)) / 1_000.0]);
        Assert.Equal(3, packed.Packings[0] / PackedField.ScaleUnit % 100);
        Assert.InRange(packed.Readings.Length, 2, 12);
    }

    [Fact]
    public void A_reset_or_an_outlier_does_not_widen_the_others()
    {
        var calm = Pack(i => [1_000_000_000_000 + (i % 4)]).Readings.Length;
        Assert.InRange(Pack(i => [i < 30 ? 1_000_000_000_000 + (i % 4) : i % 4]).Readings.Length, calm, calm + 2);
        Assert.InRange(Pack(i => [i == 30 ? 1_000_000_000_000 : i % 4]).Readings.Length, calm, calm + 4);
    }

    [Fact]
    public void It_is_known_which_fields_fall()
    {
        var packed = Pack(i => [i, i % 7, i == 5 ? null : i, i == 5 ? null : -i, i / 3.0, -i / 3.0]);
        Assert.Equal([false, true, false, true, false, true], packed.Packings.Select(packing => packing / PackedField.HasDecreases == 1));
        Assert.Equal([false, false, true, true, false, false], packed.Packings.Select(PackedField.HasNulls));
    }

    internal static void AssertSame(IReadOnlyList<StoredRow> expected, IReadOnlyList<StoredRow> actual)
    {
        Assert.Equal(expected.Select(row => row.At), actual.Select(row => row.At));
        var fields = expected.Max(row => row.Readings.Length);
        for (var field = 0; field < fields; field++)
        {
            Assert.Equal(expected.Select(row => Bits(row, field)), actual.Select(row => Bits(row, field)));
        }
    }

    private static PackedWindow Pack(Func<int, double?[]> readings) =>
        WindowPacker.Pack([.. Enumerable.Range(0, 60).Select(i => new StoredRow(Noon.AddMinutes(i), readings(i)))]);

    // As a fraction of whole numbers, which knows no rounding.
    private static BigInteger Exactly(double[] readings) => readings.Aggregate(BigInteger.Zero, (sum, reading) =>
    {
        var bits = BitConverter.DoubleToInt64Bits(reading);
        var (exponent, fraction) = ((int)(bits >> 52 & 0x7ff), bits & 0xfffffffffffff);
        var scaled = new BigInteger(exponent == 0 ? fraction : fraction | 0x10000000000000) << Math.Max(0, exponent - 1);
        return bits < 0 ? sum - scaled : sum + scaled;
    });

    // A row that ends before the field says the same as one that has NULL there.
    private static long? Bits(StoredRow row, int field) => field < row.Readings.Length ? Bits(row.Readings[field]) : null;

    private static long? Bits(double? reading) => reading is { } value ? BitConverter.DoubleToInt64Bits(value) : null;
}
