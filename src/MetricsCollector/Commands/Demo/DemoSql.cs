using System.Reflection;

namespace MetricsCollector.Commands.Demo;

/// <summary>The statements of the demo, from its <c>.sql</c> files.</summary>
internal static class DemoSql
{
    public static string Schema { get; } = Read("Demo/demo_schema.sql");

    public static string Orders { get; } = Read("Demo/demo_orders.sql");

    public static string Report { get; } = Read("Demo/demo_report.sql");

    public static string MonitorRole { get; } = Read("Demo/create_monitor_role.sql");

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
