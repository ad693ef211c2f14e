using System.Globalization;
using System.Reflection;
using MetricsCollector.Postgres;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Configuration;

/// <summary>
/// The settings there are. Finds keys that nobody reads and values of the wrong kind, which .NET passes over or refuses in words of its
/// own. Sections that are not ours (<c>Logging</c>, <c>Kestrel</c>, the environment of the machine) are left alone.
/// </summary>
/// <param name="sections">Our sections.</param>
public sealed class SettingsSchema(IReadOnlyList<SettingsSection> sections)
{
    /// <summary>What stands for any name in the name of a setting: that of a label, or a glob.</summary>
    internal const string AnyName = "NAME";

    /// <summary>What stands for the number of an element of a list.</summary>
    internal const string AnyNumber = "N";

    // Shorter names are too close to words that mean something else, such as Log and Blog.
    private const int ShortestSuspect = 6;

    // Longer values are not repeated whole.
    private const int LongestShown = 64;

    /// <summary>
    /// The full name of every setting, such as <c>Targets:N:Labels:NAME</c>, with its default (null where it has none) and the property
    /// that
    /// takes it.
    /// </summary>
    internal IReadOnlyList<(string Name, string? Default, PropertyInfo? Property)> Settings { get; } =
        [.. sections.SelectMany(section => Read(section.Path, section.Type, value: null, property: null))];

    /// <summary>Everything that is wrong, one sentence each with what to write; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems(IConfiguration configuration)
    {
        var problems = new List<string>();
        foreach (var section in sections)
        {
            Check(configuration.GetSection(section.Path), section.Type, problems);
        }

        foreach (var foreign in configuration.GetChildren().Where(child => child.Value is null && child.GetChildren().Any()))
        {
            if (!Tops.Contains(foreign.Key, StringComparer.OrdinalIgnoreCase)
                && Tops.FirstOrDefault(top => IsMisspelt(foreign.Key, top)) is { } meant)
            {
                problems.Add($"{foreign.Key} is not a section of the settings; did you mean '{meant}'?");
            }
        }

        return problems;
    }

    private IEnumerable<string> Tops => sections.Select(section => section.Path.Split(':')[0]).Distinct(StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<(string Name, string? Default, PropertyInfo? Property)> Read(
        string path, Type type, object? value, PropertyInfo? property)
    {
        if (SettingTypes.IsValue(type))
        {
            return [(path, Text(value), property)];
        }

        if (SettingTypes.ElementOf(type) is { } element)
        {
            return Read($"{path}:{(SettingTypes.HasNames(type) ? AnyName : AnyNumber)}", element, value: null, property);
        }

        var defaults = Activator.CreateInstance(type);
        return SettingTypes.PropertiesOf(type)
            .SelectMany(one => Read($"{path}:{one.Name}", one.PropertyType, one.GetValue(defaults), one));
    }

    private static string? Text(object? value) => value switch
    {
        null or "" => null,
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private void Check(IConfigurationSection section, Type type, List<string> problems)
    {
        if (SettingTypes.IsValue(type))
        {
            CheckValue(section, type, problems);
        }
        else if (SettingTypes.ElementOf(type) is { } element)
        {
            CheckElements(section, type, element, problems);
        }
        else
        {
            CheckKeys(section, type, problems);
        }
    }

    private void CheckKeys(IConfigurationSection section, Type type, List<string> problems)
    {
        var properties = SettingTypes.PropertiesOf(type)
            .ToDictionary(property => property.Name, property => property.PropertyType, StringComparer.OrdinalIgnoreCase);
        string[] below =
        [
            .. sections.Where(other => IsBelow(other.Path, section.Path))
                .Select(other => other.Path[(section.Path.Length + 1)..].Split(':')[0]),
        ];
        foreach (var child in section.GetChildren())
        {
            if (properties.TryGetValue(child.Key, out var property))
            {
                Check(child, property, problems);
            }
            else if (!below.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                var known = properties.Keys.Concat(below).Order(StringComparer.Ordinal).ToList();
                if (sections.Any(one => one.IsShared && one.Path == section.Path)
                    && !known.Exists(name => EditDistance.Between(child.Key, name) <= 2))
                {
                    continue;
                }

                problems.Add(
                    $"{child.Path} is not a setting{NameSuggestions.Suggestion(child.Key, known)}"
                        + $"{section.Path} takes {string.Join(", ", known)}.");
            }
        }
    }

    private void CheckElements(IConfigurationSection section, Type type, Type element, List<string> problems)
    {
        var (form, key) = SettingTypes.HasNames(type) ? ("names with values", "name") : ("a list", "0");
        if (!string.IsNullOrEmpty(section.Value) && section.Path.Contains(':', StringComparison.Ordinal))
        {
            var value = Shown(section.Value);
            problems.Add($"{section.Path} is '{value}', where {form} should be; write {section.Path}:{key}={value}.");
        }

        foreach (var child in section.GetChildren())
        {
            Check(child, element, problems);
        }
    }

    private static void CheckValue(IConfigurationSection section, Type type, List<string> problems)
    {
        if (section.GetChildren().Any())
        {
            problems.Add($"{section.Path} has keys below it; write one value.");
        }
        else if (section.Value is { Length: > 0 } value && type != typeof(string) && !SettingTypes.Converts(value, type))
        {
            problems.Add($"{section.Path} is '{Shown(value)}'; write {FormOf(type, value)}.");
        }
    }

    private static string FormOf(Type type, string value)
    {
        var number = decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
        return type == typeof(Duration) ? $"a duration such as {(number ? value : "10")}s"
            : type == typeof(bool) ? "true or false"
            : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
            : "a whole number";
    }

    private static string Shown(string value) => Excerpt.Of(value, LongestShown);

    private static bool IsBelow(string path, string section) => path.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase);

    private static bool IsMisspelt(string written, string top) =>
        Math.Min(written.Length, top.Length) >= ShortestSuspect
        && (EditDistance.Between(written, top) <= 2 || top.Contains(written, StringComparison.OrdinalIgnoreCase));
}
