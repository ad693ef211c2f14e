using System.Buffers.Binary;

namespace MetricsCollector.Collection.Rows.Values;

/// <summary>PostgreSQL's <c>interval</c>: microseconds, days and months, which .NET has no type for.</summary>
internal readonly record struct IntervalValue(long Microseconds, int Days, int Months)
{
    private const double SecondsPerDay = 86_400;
    private const double DaysPerMonth = 30;
    private const double DaysPerYear = 365.25;
    private const int MonthsPerYear = 12;

    private static readonly IntervalValue Infinity = new(long.MaxValue, int.MaxValue, int.MaxValue);
    private static readonly IntervalValue MinusInfinity = new(long.MinValue, int.MinValue, int.MinValue);

    public static IntervalValue Read(ReadOnlySpan<byte> value) => new(
        BinaryPrimitives.ReadInt64BigEndian(value),
        BinaryPrimitives.ReadInt32BigEndian(value[8..]),
        BinaryPrimitives.ReadInt32BigEndian(value[12..]));

    /// <summary>What <c>extract(epoch FROM ...)</c> says of it: a month has 30 days, twelve of them make a year of 365.25.</summary>
    public double Seconds
    {
        get
        {
            if (this == Infinity || this == MinusInfinity)
            {
                return this == Infinity ? double.PositiveInfinity : double.NegativeInfinity;
            }

            var days = (Months / MonthsPerYear * DaysPerYear) + (Months % MonthsPerYear * DaysPerMonth) + Days;
            return (double)((decimal)(days * SecondsPerDay) + ((decimal)Microseconds / TimeValues.MicrosecondsPerSecond));
        }
    }

    /// <summary>What PostgreSQL writes with <c>IntervalStyle = postgres</c>.</summary>
    public override string ToString()
    {
        if (this == Infinity || this == MinusInfinity)
        {
            return this == Infinity ? "infinity" : "-infinity";
        }

        var parts = new List<string>(4);
        var negative = false;
        Add(Months / MonthsPerYear, "year");
        Add(Months % MonthsPerYear, "mon");
        Add(Days, "day");
        if (parts.Count == 0 || Microseconds != 0)
        {
            var sign = Microseconds < 0 ? "-" : negative ? "+" : string.Empty;
            // The most negative number has no positive counterpart.
            parts.Add(sign + TimeValues.Clock(Microseconds == long.MinValue ? long.MaxValue : Math.Abs(Microseconds)));
        }

        return string.Join(' ', parts);

        // Behind a negative part a positive one gets its sign.
        void Add(int value, string unit)
        {
            if (value != 0)
            {
                var sign = negative && value > 0 ? "+" : string.Empty;
                parts.Add(FormattableString.Invariant($"{sign}{value} {unit}{(value == 1 ? string.Empty : "s")}"));
                negative = value < 0;
            }
        }
    }
}
