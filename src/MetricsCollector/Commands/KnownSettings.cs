using System.Globalization;
using System.Reflection;

namespace MetricsCollector.Commands;

/// <summary>The names of all settings: those of the options' properties, and those of the host.</summary>
internal static class KnownSettings
{
    // Names that stand for any: of a label, of a glob; and for a number in a list.
    private const string AnyName = "NAME";
    private const string AnyNumber = "N";

    // Sections of which .NET reads more than can be listed.
    private static readonly string[] Open = ["Logging", "Kestrel"];

    private static readonly string[] OfHost =
    [
        "urls", "http_ports", "https_ports", "AllowedHosts", "ConnectionStrings:Store", "Settings:File", "Secrets:Directory",
        "environment", "contentRoot", "applicationName", "webroot", "preferHostingUrls", "detailedErrors", "captureStartupErrors",
        "suppressStatusMessages", "shutdownTimeoutSeconds", "startupAssembly", "hostingStartupAssemblies",
    ];

    /// <summary>Every setting of the options with its default, ordered by section as the sections are named; null where it has none.</summary>
    public static IReadOnlyList<(string Name, string? Default)> OfOptions { get; } = [.. Sections().SelectMany(section => Read(section.Name, section.Type))];

    /// <summary>Whether there is a setting of this name; upper and lower case are the same.</summary>
    public static bool Contains(string name) =>
        Open.Any(section => name.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase))
        || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase)
        || OfHost.Concat(OfOptions.Select(setting => setting.Name)).Any(pattern => Matches(pattern.Split(':'), name.Split(':')));

    /// <summary>Whether there are settings below this name. It has no value of its own, and tools that write settings out write it with none.</summary>
    public static bool IsSection(string name)
    {
        var parts = name.Split(':');
        return OfHost.Concat(OfOptions.Select(setting => setting.Name)).Concat(Open.Select(section => section + ":" + AnyName))
            .Select(pattern => pattern.Split(':'))
            .Any(pattern => pattern.Length > parts.Length && Matches(pattern[..parts.Length], parts));
    }

    /// <summary>The names that somebody may have meant, with their numbers and names as they were written.</summary>
    public static IEnumerable<string> Near(string name)
    {
        var written = name.Split(':');
        return OfHost.Concat(OfOptions.Select(setting => setting.Name).Where(pattern => pattern.Contains(':') == name.Contains(':')))
            .Select(pattern => pattern.Split(':').Select((part, i) => part is AnyName or AnyNumber && i < written.Length ? written[i] : part))
            .Select(parts => string.Join(':', parts))
            .Distinct(StringComparer.Ordinal);
    }

    private static bool Matches(string[] pattern, string[] name) => pattern.Length == name.Length && pattern.Zip(name).All(part => part.First switch
    {
        AnyName => part.Second.Length > 0,
        AnyNumber => int.TryParse(part.Second, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        _ => part.First.Equals(part.Second, StringComparison.OrdinalIgnoreCase),
    });

    // Every class of options says in a constant which section it is of.
    private static IEnumerable<(string Name, Type Type)> Sections() =>
        from type in typeof(KnownSettings).Assembly.GetTypes()
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)
        where section is { IsLiteral: true } && section.FieldType == typeof(string)
        let name = (string)section.GetRawConstantValue()!
        orderby name
        select (name == Targets.TargetOptions.Section ? $"{name}:{AnyNumber}" : name, type);

    private static IEnumerable<(string Name, string? Default)> Read(string prefix, Type type)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(property => property.CanWrite || !IsValue(property.PropertyType)))
        {
            var name = $"{prefix}:{property.Name}";
            if (IsValue(property.PropertyType))
            {
                yield return (name, Text(property.GetValue(defaults)));
                continue;
            }

            var arguments = property.PropertyType.GetGenericArguments();
            var item = arguments.Length == 0 ? property.PropertyType : arguments[^1];
            name += arguments.Length switch { 0 => string.Empty, 1 => ":" + AnyNumber, _ => ":" + AnyName };
            foreach (var setting in IsValue(item) ? [(name, null)] : Read(name, item))
            {
                yield return setting;
            }
        }
    }

    private static bool IsValue(Type type) => type == typeof(string) || type.IsValueType;

    private static string? Text(object? value) => value switch
    {
        null or "" => null,
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
