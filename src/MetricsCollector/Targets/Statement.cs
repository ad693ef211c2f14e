namespace MetricsCollector.Targets;

/// <summary>A reading statement for a server.</summary>
/// <param name="Sql">Its text.</param>
/// <param name="RoleSearchPath">
/// Whether it sees the search_path of its role, as in psql; otherwise only <c>pg_catalog</c> and the schemas of extensions.
/// </param>
public sealed record Statement(string Sql, bool RoleSearchPath = false);
