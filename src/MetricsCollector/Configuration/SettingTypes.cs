using System.ComponentModel;
using System.Reflection;

namespace MetricsCollector.Configuration;

/// <summary>How the binder of .NET reads the types of options: as values, as lists and dictionaries, or key by key.</summary>
internal static class SettingTypes
{
    /// <summary>Whether a text becomes the whole of it.</summary>
    public static bool IsValue(Type type) => TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    /// <summary>What the binder sets, and the collections that it fills.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true } || ElementOf(property.PropertyType) is not null);

    /// <summary>Whether it is a dictionary: its elements have names, not numbers.</summary>
    public static bool HasNames(Type type) =>
        type.GetInterfaces().Append(type).Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IDictionary<,>));

    /// <summary>The type of the elements of a list or a dictionary; null for others.</summary>
    public static Type? ElementOf(Type type) => type.GetInterfaces().Append(type)
        .Where(one => one.IsGenericType)
        .Select(one => one.GetGenericTypeDefinition() == typeof(IDictionary<,>) ? one.GetGenericArguments()[1]
            : one.GetGenericTypeDefinition() == typeof(ICollection<>) ? one.GetGenericArguments()[0]
            : null)
        .OfType<Type>()
        .FirstOrDefault(element => !(element.IsGenericType && element.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)));

    /// <summary>Whether a text is a value of the type.</summary>
    public static bool Converts(string value, Type type)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }
}
