using System.Globalization;

namespace MetricsCollector.Api.Formats.Rows;

/// <summary>A value in a row: a text, a number, or nothing.</summary>
/// <param name="Text">The text; null when it is none.</param>
/// <param name="Number">The number; null when it is none.</param>
internal readonly record struct Cell(string? Text, double? Number)
{
    /// <summary>A text.</summary>
    public static implicit operator Cell(string? text) => new(text, null);

    /// <summary>A number; nothing where it is NaN or infinite.</summary>
    public static implicit operator Cell(double? number) => new(null, number is { } value && double.IsFinite(value) ? value : null);

    /// <summary>An instant, in UTC.</summary>
    public static implicit operator Cell(DateTimeOffset at) =>
        new(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture), null);
}
