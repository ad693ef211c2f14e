namespace MetricsCollector.Exposition;

/// <summary>A unit that Prometheus' names carry, and how values of a field get there.</summary>
/// <param name="Suffix">What the name ends with, before <c>_total</c>.</param>
/// <param name="Scale">What values are multiplied by.</param>
/// <param name="Divisor">What they are divided by: a thousandth is no number of base two.</param>
internal sealed record BaseUnit(string Suffix, double Scale, double Divisor)
{
    // Endings of names that say another unit than the base unit's.
    private static readonly string[] Endings = ["_milliseconds", "_msec", "_ms", "_microseconds", "_us", "_percent", "_pct", "_kb", "_mb"];

    /// <summary>The base unit of a unit; null when Prometheus has none for it.</summary>
    public static BaseUnit? Of(string unit) => unit switch
    {
        "seconds" => new BaseUnit("_seconds", 1, 1),
        "milliseconds" => new BaseUnit("_seconds", 1, 1000),
        "microseconds" => new BaseUnit("_seconds", 1, 1_000_000),
        "nanoseconds" => new BaseUnit("_seconds", 1, 1_000_000_000),
        "minutes" => new BaseUnit("_seconds", 60, 1),
        "hours" => new BaseUnit("_seconds", 3600, 1),
        "days" => new BaseUnit("_seconds", 86_400, 1),
        "timestamp" => new BaseUnit("_timestamp_seconds", 1, 1),
        "bytes" => new BaseUnit("_bytes", 1, 1),
        "kilobytes" => new BaseUnit("_bytes", 1024, 1),
        "megabytes" => new BaseUnit("_bytes", 1 << 20, 1),
        "ratio" => new BaseUnit("_ratio", 1, 1),
        "percent" => new BaseUnit("_ratio", 1, 100),
        _ => null,
    };

    /// <summary>A name, without <c>_total</c>, with the unit behind it.</summary>
    public string NameOf(string name)
    {
        var ending = Array.Find(Endings, ending => name.EndsWith(ending, StringComparison.Ordinal)) ?? string.Empty;
        var bare = name[..^ending.Length];

        // start_time is a timestamp by its name already.
        var suffix = Suffix == "_timestamp_seconds"
            && (bare.EndsWith("_time", StringComparison.Ordinal) || bare.EndsWith("_timestamp", StringComparison.Ordinal))
            ? "_seconds"
            : Suffix;
        return bare.EndsWith(suffix, StringComparison.Ordinal) ? bare : bare + suffix;
    }
}
