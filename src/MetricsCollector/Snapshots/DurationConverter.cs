using System.ComponentModel;
using System.Globalization;

namespace MetricsCollector.Snapshots;

/// <summary>Lets settings and JSON bind text such as <c>15s</c> to a <see cref="Duration"/>.</summary>
public sealed class DurationConverter : TypeConverter
{
    /// <inheritdoc />
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    /// <inheritdoc />
    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        Duration.Parse((string)value, CultureInfo.InvariantCulture);
}
