using System.Globalization;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Catalog.Files.Sql;

/// <summary>Reads values of the header of a metric file; null when they cannot be read.</summary>
internal static class HeaderValue
{
    /// <summary>What <see cref="Requirement(string)"/> takes.</summary>
    public const string RequirementForms =
        "an extension and, if need be, its oldest version, and 'preloaded' where it must be in shared_preload_libraries: "
        + "pg_stat_statements 1.9 preloaded";

    /// <summary>A word of an enumeration, in lower case.</summary>
    public static T? OneOf<T>(string text)
        where T : struct, Enum
        => char.IsLower(text[0]) && Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : null;

    /// <summary>A length of time of at least a second.</summary>
    public static Duration? Interval(string text) =>
        Duration.TryParse(text, CultureInfo.InvariantCulture, out var every) && every.Value >= TimeSpan.FromSeconds(1) ? every : null;

    /// <summary>A number.</summary>
    public static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>An extension that is needed.</summary>
    public static ExtensionRequirement? Requirement(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [.. var parts, "preloaded"] => Requirement(parts) is { } requirement ? requirement with { Preloaded = true } : null,
            var parts => Requirement(parts),
        };

    private static ExtensionRequirement? Requirement(string[] parts) => parts switch
    {
        [var name] => new ExtensionRequirement(name, null),
        [var name, var version] when Version.TryParse(version, out var min) => new ExtensionRequirement(name, min),
        _ => null,
    };
}
