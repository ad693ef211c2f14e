namespace MetricsCollector.Catalog.Files.Yaml;

/// <summary>The unit of a column whose file names none, as its name suggests.</summary>
internal static class UnitName
{
    private const string Sum = "_sum";

    private static readonly (string Suffix, string Unit)[] Suffixes =
    [
        ("_b", "bytes"),
        ("_bytes", "bytes"),
        ("_ms", "milliseconds"),
        ("_milliseconds", "milliseconds"),
        ("_time", "milliseconds"),
        ("_s", "seconds"),
        ("_seconds", "seconds"),
        ("_pct", "percent"),
        ("_percent", "percent"),
        ("_ratio", "ratio"),
    ];

    /// <summary>What a name ends with tells the unit; <c>count</c> where it tells nothing.</summary>
    public static string Of(string column) => Suffix(column.EndsWith(Sum, StringComparison.Ordinal) ? column[..^Sum.Length] : column);

    private static string Suffix(string column) =>
        Suffixes.FirstOrDefault(suffix => ('_' + column).EndsWith(suffix.Suffix, StringComparison.OrdinalIgnoreCase)).Unit ?? "count";
}
