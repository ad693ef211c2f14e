namespace MetricsCollector.Catalog.Definitions;

/// <summary>How a file says where it is asked, for messages that tell people to change it.</summary>
/// <param name="Instance">What to do so that it is asked once per server.</param>
/// <param name="Database">What to do so that it is asked in each database.</param>
public sealed record ScopeForms(string Instance, string Database)
{
    /// <summary>Those of <c>.sql</c> files.</summary>
    public static ScopeForms Sql { get; } = new("write '-- scope: instance' in its header", "write '-- scope: database' in its header");
}
