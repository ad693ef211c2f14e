namespace MetricsCollector.Storage.Packing;

/// <summary>
/// How a packed field is written: one small number, so that SQL can read it too. 0: every reading equals the first. Else
/// <c>packing % 100</c> says what the numbers are: 98, the readings as they were; otherwise differences of integers, so many of which
/// share one number (99: all are equal and none is written). <c>packing / 100 % 100</c> is the power of ten that made integers of the
/// readings. 10,000 more says that some are NULL, 20,000 more that some reading is less than the one before it.
/// </summary>
/// <remarks>
/// The numbers of a field: masks of NULLs and the first integer, if some are NULL; the least difference; the differences above it;
/// and pairs of a place and what is to be added to the difference there, for the few that would have made all others wider.
/// </remarks>
internal static class PackedField
{
    /// <summary>Every reading is the first one.</summary>
    public const short Constant = 0;

    /// <summary>Stands for readings that are written as they were.</summary>
    public const int Raw = 98;

    /// <summary>Stands for the number of differences in one number when all are equal.</summary>
    public const int AllEqual = 99;

    /// <summary>Places of decimal powers in the packing.</summary>
    public const int ScaleUnit = 100;

    /// <summary>Added when some readings are NULL.</summary>
    public const short WithNulls = 10_000;

    /// <summary>Added when some reading is less than the one before it.</summary>
    public const short HasDecreases = 20_000;

    /// <summary>A double holds every integer of so many bits.</summary>
    public const int Bits = 53;

    /// <summary>NULLs marked by one number; a round number below <see cref="Bits"/>.</summary>
    public const int MaskBits = 50;

    /// <summary>Beyond it, not every integer is a double.</summary>
    public const long MaxInteger = 1L << Bits;

    /// <summary>Powers of ten that are tried: microseconds as milliseconds need three, as seconds six.</summary>
    public static readonly double[] Scales = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];

    /// <summary>Whether some readings are NULL.</summary>
    public static bool HasNulls(short packing) => (packing / WithNulls & 1) == 1;

    /// <summary>How many numbers the masks of NULLs take.</summary>
    public static int Masks(short packing, int rows) => HasNulls(packing) ? (rows + MaskBits - 1) / MaskBits : 0;
}
