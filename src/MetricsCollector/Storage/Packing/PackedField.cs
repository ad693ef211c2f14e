namespace MetricsCollector.Storage.Packing;

/// <summary>
/// How a packed field is written: one small number, so that SQL can read it too. 0: every reading equals the first. -1: as they were.
/// Else differences of integers: <c>packing % 100</c> of them share one number (99: all are equal and none is written),
/// <c>packing / 100 % 100</c> is the power of ten that made integers of the readings, and 10,000 more says that some are NULL.
/// </summary>
internal static class PackedField
{
    /// <summary>Every reading is the first one.</summary>
    public const short Constant = 0;

    /// <summary>The readings are written as they were.</summary>
    public const short AsTheyWere = -1;

    /// <summary>Stands for the number of differences in one number when all are equal.</summary>
    public const int AllEqual = 99;

    /// <summary>Places of decimal powers in the packing.</summary>
    public const int ScaleUnit = 100;

    /// <summary>Added when a mask of NULLs and the first integer come before the differences.</summary>
    public const short WithNulls = 10_000;

    /// <summary>A double holds every integer of so many bits.</summary>
    public const int Bits = 53;

    /// <summary>NULLs marked by one number; a round number below <see cref="Bits"/>.</summary>
    public const int MaskBits = 50;

    /// <summary>Beyond it, not every integer is a double.</summary>
    public const long MaxInteger = 1L << Bits;

    /// <summary>Powers of ten that are tried: microseconds as milliseconds need three, as seconds six.</summary>
    public static readonly double[] Scales = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
}
