using System.Globalization;

namespace MetricsCollector.Catalog.Definitions;

/// <summary>A range of PostgreSQL major versions: <c>17+</c>, <c>14-16</c> or <c>15</c>.</summary>
/// <param name="Min">The oldest major version.</param>
/// <param name="Max">The newest major version; null when open.</param>
public sealed record VersionRange(int Min, int? Max)
{
    /// <summary>What a message tells people to write.</summary>
    public const string Forms = "17+, 14-16 or 15";

    /// <summary>Every version.</summary>
    public static VersionRange All { get; } = new(0, null);

    /// <summary>Whether a major version is inside.</summary>
    public bool Contains(int major) => major >= Min && (Max is null || major <= Max);

    /// <summary>Whether two ranges share a version.</summary>
    public bool Overlaps(VersionRange other) => (Max is null || other.Min <= Max) && (other.Max is null || Min <= other.Max);

    /// <summary>Reads one of the three forms; null when the text is none of them.</summary>
    public static VersionRange? TryParse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        var dash = text.IndexOf('-');
        if (text.EndsWith("+"))
        {
            return Number(text[..^1]) is { } from ? new VersionRange(from, null) : null;
        }

        if (dash > 0)
        {
            return Number(text[..dash]) is { } from
                && Number(text[(dash + 1)..]) is { } to
                && from <= to ? new VersionRange(from, to) : null;
        }

        return Number(text) is { } only ? new VersionRange(only, only) : null;
    }

    /// <inheritdoc />
    public override string ToString() =>
        Max is null ? Invariant(Min) + "+" : Max == Min ? Invariant(Min) : $"{Invariant(Min)}-{Invariant(Max.Value)}";

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1000 ? number : null;

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}
