namespace MetricsCollector.Security;

/// <summary>One caller and the file with its keys, an element of <c>Security:Keys</c>.</summary>
public sealed class KeyOptions
{
    /// <summary>Name of the caller in messages and logs: letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, at most 63. Required.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>What the caller may do: <c>read</c>, <c>collect</c> (and read) or <c>admin</c> (everything). Required.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>
    /// The file with the key, one per line; two while one replaces the other. Read again within a second of a change. Relative to the
    /// working
    /// directory. Required.
    /// </summary>
    public string File { get; set; } = string.Empty;
}
