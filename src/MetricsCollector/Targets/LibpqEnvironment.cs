using MetricsCollector.Postgres;

namespace MetricsCollector.Targets;

/// <summary>The target that libpq's environment variables name, as they do for psql.</summary>
internal static class LibpqEnvironment
{
    // Without one of these, what psql would connect to is nothing that anybody named.
    private static readonly string[] Naming = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGDATABASE", "PGSERVICE"];

    /// <summary>The target, or null when no variable says where it is.</summary>
    /// <param name="environment">The variables.</param>
    /// <param name="errors">Takes what is wrong with them.</param>
    public static Target? Target(IReadOnlyDictionary<string, string> environment, Action<string> errors)
    {
        if (!Array.Exists(Naming, environment.ContainsKey))
        {
            return null;
        }

        var connection = ConnectionString.ReadEnvironment(new ConnectionSource(environment, Files: true), out var error);
        if (connection is null)
        {
            errors(error!);
            return null;
        }

        var hosts = string.Join(',', connection.Hosts.Select(host => host.Name));
        var name = string.Concat(hosts.Trim('/').Select(letter => letter is '/' or ':' or ',' ? '_' : letter));
        return new Target(name.Length is > 0 and <= 63 ? name : "default", connection);
    }
}
