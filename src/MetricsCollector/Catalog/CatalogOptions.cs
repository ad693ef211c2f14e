namespace MetricsCollector.Catalog;

/// <summary>Settings of the catalog, section <c>Catalog</c>.</summary>
public sealed class CatalogOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Catalog";

    /// <summary>Directories with metric files of your own, watched for changes; a metric there replaces the built-in one of its name.
    /// Default none.</summary>
    public IList<string> Directories { get; } = [];
}
