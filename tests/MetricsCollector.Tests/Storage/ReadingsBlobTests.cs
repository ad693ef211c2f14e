using FsCheck;
using FsCheck.Fluent;
using MetricsCollector.Storage.Shared;

namespace MetricsCollector.Tests.Storage;

/// <summary>What is packed comes back bit for bit.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ReadingsBlobTests
{
    private static readonly double?[] Odd =
    [
        null, 0.0, -0.0, 1, -1, 127, 128, -128, -129, 32_768, 1e15, 9_007_199_254_740_992, -9_007_199_254_740_992, 9_007_199_254_740_994,
        0.001, -0.128, 1.5, 1234.567, 0.1 + 0.2, 1e300, 5e-324, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity,
        double.NaN, BitConverter.Int64BitsToDouble(0x7FF0_0000_0000_0001), BitConverter.Int64BitsToDouble(-1),
    ];

    private static readonly Gen<double?> Readings = Gen.OneOf(
        Gen.Elements(Odd),
        ArbMap.Default.GeneratorFor<long>().Select(bits => (double?)BitConverter.Int64BitsToDouble(bits)),
        ArbMap.Default.GeneratorFor<long>().Select(whole => (double?)whole),
        ArbMap.Default.GeneratorFor<int>().Select(whole => (double?)(whole / 1000.0)));

    [Fact]
    public void Any_readings_come_back_bit_for_bit() =>
        Prop.ForAll(
            Readings.ArrayOf().ToArbitrary(), readings => Same(readings, ReadingsBlob.Read(ReadingsBlob.Write(readings), readings.Length)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_places_come_back_bit_for_bit() =>
        Prop.ForAll(Readings.ArrayOf().ToArbitrary(), readings =>
        {
            int[] places = [.. Enumerable.Range(0, readings.Length + 2).Reverse()];
            var read = new double?[places.Length];
            ReadingsBlob.Read(ReadingsBlob.Write(readings), places, read);
            return Same([.. readings, null, null], [.. read.Reverse()]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Odd_readings_come_back_bit_for_bit_in_rows_longer_than_a_byte_counts()
    {
        double?[] readings = [.. Enumerable.Repeat(Odd, 20).SelectMany(all => all)];
        Assert.True(Same(readings, ReadingsBlob.Read(ReadingsBlob.Write(readings), readings.Length)));
    }

    [Fact]
    public void Fields_that_came_later_are_null() =>
        Assert.Equal([1, null, null], ReadingsBlob.Read(ReadingsBlob.Write([1]), 3));

    [Theory]
    [InlineData(null, 0)]
    [InlineData(0.0, 0)]
    [InlineData(7.0, 1)]
    [InlineData(70_000.0, 3)]
    [InlineData(1.234, 2)]
    [InlineData(0.1234, 8)]
    public void Common_readings_take_few_bytes(double? reading, int bytes) =>
        Assert.Equal(2 + bytes, ReadingsBlob.Write([reading]).Length);

    private static bool Same(double?[] expected, double?[] actual) => expected.Select(Bits).SequenceEqual(actual.Select(Bits));

    private static long? Bits(double? reading) => reading is { } value ? BitConverter.DoubleToInt64Bits(value) : null;
}
