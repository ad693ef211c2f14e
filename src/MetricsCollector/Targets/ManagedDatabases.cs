namespace MetricsCollector.Targets;

/// <summary>Databases that managed services keep for themselves; nobody else may look into them.</summary>
public static class ManagedDatabases
{
    private static readonly HashSet<string> Names =
        new(["rdsadmin", "cloudsqladmin", "azure_maintenance", "azure_sys", "alloydbadmin", "alloydbmetadata"], StringComparer.Ordinal);

    /// <summary>Whether a database belongs to the service itself.</summary>
    public static bool Contains(string database) => Names.Contains(database);
}
