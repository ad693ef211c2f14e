namespace MetricsCollector.Storage;

/// <summary>The store was made by a newer program than this one; the message says the two versions and the remedy.</summary>
/// <param name="storeVersion">Version of the store's schema.</param>
/// <param name="programVersion">Newest version this program knows.</param>
public sealed class SchemaTooNewException(int storeVersion, int programVersion) : Exception(
    $"The store's schema is version {storeVersion} and this program knows version {programVersion} at most: "
    + "run the newer program, or point ConnectionStrings__Store to another database.")
{
    /// <summary>Version of the store's schema.</summary>
    public int StoreVersion { get; } = storeVersion;

    /// <summary>Newest version this program knows.</summary>
    public int ProgramVersion { get; } = programVersion;
}
