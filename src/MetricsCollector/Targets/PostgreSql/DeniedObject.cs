namespace MetricsCollector.Targets.PostgreSql;

/// <summary>Something in a database on which our role lacks the privilege that reading it takes.</summary>
/// <param name="Kind">
/// What it is: schema, relation, function, inside (a function that a view calls), database, tablespace, server or role.
/// </param>
/// <param name="Schema">Its schema, or that of the view; empty where it has none.</param>
/// <param name="Name">Its name, or that of the view, without quotes.</param>
/// <param name="Privilege">What to grant, up to and without <c>TO</c>.</param>
/// <param name="OfMonitor">Whether <c>pg_monitor</c> has that privilege, as most views of statistics are granted to it.</param>
internal sealed record DeniedObject(string Kind, string Schema, string Name, string Privilege, bool OfMonitor);
