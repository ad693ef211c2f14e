namespace MetricsCollector.Targets;

/// <summary>An extension that is installed in the database the session is in.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version as the database has it, which may be older than the server's.</param>
/// <param name="Schema">Where its objects live.</param>
/// <param name="SchemaUsable">Whether our role may use what is in that schema.</param>
public sealed record InstalledExtension(string Name, string Version, string Schema, bool SchemaUsable = true);
