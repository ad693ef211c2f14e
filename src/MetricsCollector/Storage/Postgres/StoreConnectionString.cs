using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>Reads the store's connection string: Npgsql's keywords, or a <c>postgres://</c> URI as libpq takes it.</summary>
internal static class StoreConnectionString
{
    /// <summary>Writing takes one connection; the rest serves questions. More would only queue inside the server.</summary>
    private const int PoolSize = 20;

    private static readonly string[] Schemes = ["postgres", "postgresql"];

    /// <summary>libpq's names where Npgsql has others.</summary>
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["dbname"] = "Database",
        ["keepalives_idle"] = "Tcp Keepalive Time",
        ["options"] = "Options",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["target_session_attrs"] = "Target Session Attributes",
        ["user"] = "Username",
    };

    /// <summary>Reads either form; false when it is neither or names no host.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out NpgsqlConnectionStringBuilder? builder)
    {
        builder = null;
        try
        {
            var parsed = Uri.TryCreate(text, UriKind.Absolute, out var uri) && Schemes.Contains(uri.Scheme)
                ? FromUri(uri)
                : new NpgsqlConnectionStringBuilder(text);
            builder = string.IsNullOrEmpty(parsed.Host) ? null : parsed;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Not repeated to anybody: the message of the exception may quote a part of a password.
            builder = null;
        }

        return builder is not null;
    }

    /// <summary>The data source of the store, with the settings that the program relies on.</summary>
    /// <exception cref="ArgumentException">The text is not a connection string.</exception>
    public static NpgsqlDataSource CreateDataSource(string text, ILoggerFactory? loggers = null)
    {
        if (!TryParse(text, out var settings))
        {
            throw new ArgumentException("ConnectionStrings:Store is not a connection string with a host.", nameof(text));
        }

        settings.ApplicationName ??= "metrics-collector-store";
        settings.Timezone ??= "UTC";
        if (!settings.ContainsKey("Maximum Pool Size"))
        {
            settings.MaxPoolSize = Math.Max(PoolSize, settings.MinPoolSize);
        }

        var source = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        if (loggers is not null)
        {
            source.UseLoggerFactory(loggers);
        }

        return source.Build();
    }

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var builder = new NpgsqlConnectionStringBuilder { Host = Uri.UnescapeDataString(uri.Host).Trim('[', ']') };
        if (uri.Port > 0)
        {
            builder.Port = uri.Port;
        }

        var user = uri.UserInfo.Split(':', 2);
        builder.Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null;
        builder.Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null;
        builder.Database = uri.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(uri.AbsolutePath[1..]) : null;

        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? string.Empty);
            builder[Synonyms.GetValueOrDefault(parts[0], parts[0])] = parts[0] is "sslmode" ? value.Replace("-", string.Empty, StringComparison.Ordinal) : value;
        }

        return builder;
    }
}
