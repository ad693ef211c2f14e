using System.Numerics;

namespace MetricsCollector.Storage.Packing;

/// <summary>How the differences of a field are written: above the least one, each with the same number of bits.</summary>
/// <param name="Min">What is subtracted from each.</param>
/// <param name="Width">Bits of each.</param>
/// <param name="ValuesPerWord">How many share a number; <see cref="PackedField.AllEqual"/> when they need no bits.</param>
internal readonly record struct Differences(long Min, int Width, int ValuesPerWord)
{
    /// <summary>Numbers that a difference takes which lies outside: its place and itself. A reset must not widen a whole day.</summary>
    private const int NumbersOfAnException = 2;

    /// <summary>The shortest way to write them; null when a double cannot hold them.</summary>
    /// <param name="integers">Two or more.</param>
    public static Differences? Of(ReadOnlySpan<long> integers)
    {
        var sorted = new long[integers.Length - 1];
        for (var i = 1; i < integers.Length; i++)
        {
            sorted[i - 1] = integers[i] - integers[i - 1];
        }

        Array.Sort(sorted);
        var range = sorted[^1] - sorted[0];
        if (Math.Abs(sorted[0]) > PackedField.MaxInteger || range >= PackedField.MaxInteger)
        {
            return null;
        }

        var (best, bestNumbers) = (new Differences(sorted[0], 0, PackedField.AllEqual), int.MaxValue);
        var most = 64 - BitOperations.LeadingZeroCount((ulong)range);
        for (var width = most; width >= 0; width = Narrower(width))
        {
            var together = width == 0 ? PackedField.AllEqual : PackedField.Bits / width;
            var wide = width == 0 ? 0 : PackedField.Bits / together;
            var (least, inside) = MostInside(sorted, wide);
            var numbers = (width == 0 ? 0 : (sorted.Length + together - 1) / together) + ((sorted.Length - inside) * NumbersOfAnException);
            if (numbers < bestNumbers)
            {
                (best, bestNumbers) = (new Differences(least, wide, together), numbers);
            }
        }

        return best;
    }

    /// <summary>The next width that lets more of them share a number.</summary>
    private static int Narrower(int width) => width == 0 ? -1 : PackedField.Bits / ((PackedField.Bits / width) + 1);

    private static (long Min, int Inside) MostInside(long[] sorted, int width)
    {
        var (least, most, end) = (sorted[0], 0, 0);
        for (var i = 0; i < sorted.Length; i++)
        {
            while (end < sorted.Length && sorted[end] - sorted[i] >> width == 0)
            {
                end++;
            }

            if (end - i > most)
            {
                (least, most) = (sorted[i], end - i);
            }
        }

        return (least, most);
    }
}
