using System.Reflection;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Sql;

namespace MetricsCollector.Collection.Sessions;

/// <summary>What a server is asked for when somebody wants to see its sessions now.</summary>
internal static class ActivityMetrics
{
    /// <summary>The name of the metric of the catalog that has the edges of the tree.</summary>
    public const string LockWaits = "lock_waits";

    /// <summary>The sessions, one row each; no metric of the catalog, because nothing of it is stored.</summary>
    public static MetricDefinition Sessions { get; } = Read("Sessions/sessions.sql");

    /// <summary>The built-in metric of the name; a catalog may hold another one, with other columns.</summary>
    public static MetricDefinition Waits { get; } = Read($"Catalog/{LockWaits}.sql");

    private static MetricDefinition Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return new MetricDefinition([MetricFileParser.Parse(resource, reader.ReadToEnd(), builtIn: true)]);
    }
}
