using System.Security.Cryptography;
using System.Text;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Rows;

/// <summary>Labels of bounded length that stay different from each other.</summary>
internal static class LabelText
{
    /// <summary>The store indexes labels, and no name in PostgreSQL is longer than 63.</summary>
    public const int Longest = 255;

    private const int HashBytes = 8;

    /// <summary>
    /// The text, or what fits of it and a hash of the whole: lists of arguments of two functions may differ behind any length.
    /// The same text always gets the same hash.
    /// </summary>
    public static string Fit(string text)
    {
        if (text.Length <= Longest)
        {
            return text;
        }

        var end = Excerpt.End(text, Longest - 1 - (HashBytes * 2));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return $"{text.AsSpan(0, end)}~{Convert.ToHexStringLower(hash.AsSpan(0, HashBytes))}";
    }
}
