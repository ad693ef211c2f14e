using System.Globalization;
using MetricsCollector.Configuration;

namespace MetricsCollector.Commands;

/// <summary>The names that the command line takes as settings: those of <see cref="CollectorSettings"/>, and those of the host.</summary>
internal static class KnownSettings
{
    // Sections of which .NET reads more than can be listed.
    private static readonly string[] Open = ["Logging", "Kestrel"];

    private static readonly string[] OfHost =
    [
        "urls", "http_ports", "https_ports", "AllowedHosts", "environment", "contentRoot", "applicationName", "webroot",
        "preferHostingUrls", "detailedErrors", "captureStartupErrors", "suppressStatusMessages", "shutdownTimeoutSeconds",
        "startupAssembly", "hostingStartupAssemblies",
    ];

    private static IEnumerable<string> All => OfHost.Concat(CollectorSettings.Schema.Settings.Select(setting => setting.Name));

    /// <summary>Whether there is a setting of this name; upper and lower case are the same.</summary>
    public static bool Contains(string name) =>
        Open.Any(section => name.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase))
        || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase)
        || All.Any(pattern => Matches(pattern.Split(':'), name.Split(':')));

    /// <summary>
    /// Whether there are settings below this name. It has no value of its own, and tools that write settings out write it with none.
    /// </summary>
    public static bool IsSection(string name)
    {
        var parts = name.Split(':');
        return All.Concat(Open.Select(section => section + ":" + SettingsSchema.AnyName))
            .Select(pattern => pattern.Split(':'))
            .Any(pattern => pattern.Length > parts.Length && Matches(pattern[..parts.Length], parts));
    }

    /// <summary>The names that somebody may have meant, with their numbers and names as they were written.</summary>
    public static IEnumerable<string> Near(string name)
    {
        var written = name.Split(':');
        return All.Where(pattern => pattern.Contains(':') == name.Contains(':'))
            .Select(pattern => pattern.Split(':').Select((part, i) => IsPlaceholder(part) && i < written.Length ? written[i] : part))
            .Select(parts => string.Join(':', parts))
            .Distinct(StringComparer.Ordinal);
    }

    private static bool IsPlaceholder(string part) => part is SettingsSchema.AnyName or SettingsSchema.AnyNumber;

    private static bool Matches(string[] pattern, string[] name) =>
        pattern.Length == name.Length && pattern.Zip(name).All(part => Matches(part.First, part.Second));

    private static bool Matches(string pattern, string name) => pattern switch
    {
        SettingsSchema.AnyName => name.Length > 0,
        SettingsSchema.AnyNumber => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        _ => pattern.Equals(name, StringComparison.OrdinalIgnoreCase),
    };
}
