using Microsoft.Extensions.Options;

namespace MetricsCollector.Configuration;

/// <summary>
/// Reads options as people mean them: an empty value is one that is not set, in a list as anywhere else. Values of the wrong kind are left
/// out, so that one does not hide what else is wrong; <see cref="SettingsSchema"/> reports them, and nothing is used until none is left.
/// </summary>
public static class SettingsBinding
{
    /// <summary>Binds options to a section of the settings as they are when the options are made.</summary>
    public static OptionsBuilder<T> BindSettings<T>(this OptionsBuilder<T> builder, IConfiguration configuration, string section)
        where T : class =>
        builder.Configure(options => Usable(configuration, section, typeof(T)).Bind(options));

    /// <summary>Reads a section as it is now.</summary>
    public static T Read<T>(IConfiguration configuration, string section)
        where T : class, new() =>
        Usable(configuration, section, typeof(T)).Get<T>() ?? new T();

    private static IConfigurationSection Usable(IConfiguration configuration, string section, Type type) =>
        new ConfigurationBuilder().AddInMemoryCollection(Values(configuration.GetSection(section), type)).Build().GetSection(section);

    private static IEnumerable<KeyValuePair<string, string?>> Values(IConfigurationSection section, Type type)
    {
        if (SettingTypes.IsValue(type))
        {
            return Value(section, type);
        }

        if (SettingTypes.ElementOf(type) is { } element)
        {
            var hasNames = SettingTypes.HasNames(type);
            return section.GetChildren().SelectMany(child =>
                hasNames || !SettingTypes.IsValue(element) || child.Value is not "" ? Element(child, element) : []);
        }

        var properties = SettingTypes.PropertiesOf(type);
        return section.GetChildren()
            .Select(child => (Section: child, Property: properties.FirstOrDefault(property => Names(property.Name, child.Key))))
            .Where(child => child.Property is not null)
            .SelectMany(child => Values(child.Section, child.Property!.PropertyType));
    }

    // An element of which nothing is set is one all the same: a key without a name is refused, and never left out.
    private static IEnumerable<KeyValuePair<string, string?>> Element(IConfigurationSection section, Type type) =>
        SettingTypes.IsValue(type) || section.GetChildren().Any() ? Values(section, type) : [new(section.Path, section.Value)];

    private static IEnumerable<KeyValuePair<string, string?>> Value(IConfigurationSection section, Type type)
    {
        if (section.Value is { } value && !section.GetChildren().Any() && (type == typeof(string) || SettingTypes.Converts(value, type)))
        {
            yield return new(section.Path, value);
        }
    }

    private static bool Names(string property, string key) => property.Equals(key, StringComparison.OrdinalIgnoreCase);
}
