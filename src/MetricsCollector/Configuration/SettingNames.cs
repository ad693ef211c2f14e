namespace MetricsCollector.Configuration;

/// <summary>
/// The settings by name at one instant, so that a change can be told by the names of what changed. No value is shown: it may be a secret.
/// </summary>
internal sealed class SettingNames
{
    private const int MostNames = 10;

    // What takes effect while the program runs, and what of it does not.
    private static readonly string[] Live = ["Targets", "Collection", "Security:Keys", "Logging"];
    private static readonly string[] AtStart = ["Collection:Name", "Collection:StopTimeout", "Collection:Manual"];

    private readonly Dictionary<string, string> _values;

    private SettingNames(Dictionary<string, string> values) => _values = values;

    /// <summary>The settings as they are now.</summary>
    public static SettingNames Of(IConfiguration configuration) => new(configuration.AsEnumerable()
        .Where(setting => setting.Value is not null)
        .ToDictionary(setting => setting.Key, setting => setting.Value!, StringComparer.OrdinalIgnoreCase));

    /// <summary>The names of what differs, ordered: what is used at once, and what is used at the next start.</summary>
    public (IReadOnlyList<string> Used, IReadOnlyList<string> Later) ChangesTo(SettingNames other)
    {
        var changed = _values.Keys.Union(other._values.Keys, StringComparer.OrdinalIgnoreCase)
            .Where(name => _values.GetValueOrDefault(name) != other._values.GetValueOrDefault(name))
            .Order(StringComparer.OrdinalIgnoreCase)
            .ToLookup(name => IsOf(name, Live) && !IsOf(name, AtStart));
        return ([.. changed[true]], [.. changed[false]]);
    }

    /// <summary>Names for a log line.</summary>
    public static string Text(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : string.Empty);

    private static bool IsOf(string name, string[] sections) =>
        Array.Exists(sections, section => (name + ":").StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));
}
