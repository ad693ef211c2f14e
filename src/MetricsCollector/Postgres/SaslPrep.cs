using System.Text;

namespace MetricsCollector.Postgres;

/// <summary>
/// Prepares a password as PostgreSQL and libpq do for SCRAM: SASLprep (RFC 4013). .NET cannot help here: without ICU, which small images
/// lack, <see cref="string.Normalize()"/> leaves text that is not ASCII as it is.
/// </summary>
internal static class SaslPrep
{
    private static readonly Lazy<SaslPrepTables> LazyTables = new(SaslPrepTables.Read);

    /// <summary>The prepared password. As in PostgreSQL, one that SASLprep forbids is used as it is.</summary>
    public static string Prepare(string password)
    {
        if (Ascii.IsValid(password) || !IsWellFormed(password))
        {
            return password;
        }

        var tables = LazyTables.Value;
        var mapped = new List<int>();
        foreach (var rune in password.EnumerateRunes())
        {
            if (tables.IsSpace(rune.Value))
            {
                mapped.Add(' ');
            }
            else if (!tables.IsMappedToNothing(rune.Value))
            {
                mapped.Add(rune.Value);
            }
        }

        var normalized = Normalization.ToCompatibilityComposed(mapped, tables);
        return normalized.Count == 0 || normalized.Exists(tables.IsForbidden) || !IsBidirectional(normalized, tables)
            ? password
            : string.Concat(normalized.Select(char.ConvertFromUtf32));
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && ++i < text.Length && char.IsLowSurrogate(text[i])))
            {
                return false;
            }
        }

        return true;
    }

    // RFC 3454, section 6: right-to-left text holds no left-to-right character, and begins and ends with one of its own.
    private static bool IsBidirectional(List<int> text, SaslPrepTables tables) =>
        !text.Exists(tables.IsRightToLeft)
        || (!text.Exists(tables.IsLeftToRight) && tables.IsRightToLeft(text[0]) && tables.IsRightToLeft(text[^1]));
}
