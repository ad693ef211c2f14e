using System.Globalization;
using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>The target that libpq's environment variables name, as they do for psql.</summary>
internal static class LibpqEnvironment
{
    /// <summary>The target, or null when neither PGHOST, PGPORT, PGUSER nor PGDATABASE is set.</summary>
    public static Target? Target(IReadOnlyDictionary<string, string> environment)
    {
        var host = environment.GetValueOrDefault("PGHOST");
        var port = environment.GetValueOrDefault("PGPORT");
        var user = environment.GetValueOrDefault("PGUSER");
        var database = environment.GetValueOrDefault("PGDATABASE");
        if (host is null && port is null && user is null && database is null)
        {
            return null;
        }

        // PGPASSWORD, PGPASSFILE and the PGSSL variables are read by Npgsql itself.
        var builder = new NpgsqlConnectionStringBuilder { Host = host ?? "localhost", Username = user ?? environment.GetValueOrDefault("USER") };
        builder.Database = database ?? builder.Username;
        if (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            builder.Port = number;
        }

        var name = builder.Host.Trim('/').Replace('/', '_').Replace(':', '_').Replace(',', '_');
        return new Target(name.Length is > 0 and <= 63 ? name : "default", builder);
    }
}
