using System.Text.RegularExpressions;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>A name with its schema, as statements write it.</summary>
internal static class QualifiedName
{
    // Far more than a search for two words takes.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>Whether a statement names an object with its schema, each with or without quotation marks.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="schema">The schema, without quotation marks.</param>
    /// <param name="name">The object, without quotation marks.</param>
    /// <param name="called">Whether it is a function, which arguments follow.</param>
    public static bool IsIn(string statement, string schema, string name, bool called) => Regex.IsMatch(
        statement, $@"{Form(schema)}\s*\.\s*{Form(name)}{(called ? @"\s*\(" : @"(?!\s*\()")}", RegexOptions.CultureInvariant, Timeout);

    /// <summary>Whether a name may be written in letters of any case, for a server folds them where there are no quotation marks.</summary>
    public static bool IsFolded(string name) => !name.Any(char.IsUpper);

    private static string Form(string name)
    {
        var quoted = Regex.Escape(Grants.Quote(name));
        return IsFolded(name) ? $@"(?:{quoted}|(?<![\w$""])(?i:{Regex.Escape(name)})(?![\w$""]))" : $"(?:{quoted})";
    }
}
