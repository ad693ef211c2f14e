using System.Globalization;

namespace MetricsCollector.Commands.Reports;

/// <summary>Numbers of things in messages.</summary>
internal static class Quantity
{
    /// <summary>Such as <c>1 target</c> and <c>2 targets</c>.</summary>
    public static string Of(int count, string name) =>
        count.ToString(CultureInfo.InvariantCulture) + " " + name + (count == 1 ? string.Empty : "s");
}
