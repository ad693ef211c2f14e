using System.Diagnostics.CodeAnalysis;
using MetricsCollector.Postgres;
using Npgsql;

namespace MetricsCollector.Storage.Postgres;

/// <summary>Reads the store's connection string, in the forms that targets have too.</summary>
internal static class StoreConnectionString
{
    /// <summary>Writing takes one connection; the rest serves questions. More would only queue inside the server.</summary>
    private const int PoolSize = 20;

    /// <summary>Reads any of the forms; null with an error that repeats no part of it.</summary>
    public static PostgresConnection? Read(string text, out string? error)
    {
        var connection = ConnectionString.Read(text, ConnectionSource.Settings, out error);
        if (connection?.SessionAttributes is not ("standby" or "read-only" or "prefer-standby"))
        {
            return connection;
        }

        error = "asks for a server that takes no writes (Target Session Attributes, target_session_attrs); write read-write or primary.";
        return null;
    }

    /// <summary>Reads any of the forms; false when it is none or names no host.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out NpgsqlConnectionStringBuilder? builder) =>
        (builder = Read(text, out _)?.Settings) is not null;

    /// <summary>The data source of the store, with the settings that the program relies on.</summary>
    /// <exception cref="ArgumentException">The text is not a connection string.</exception>
    public static NpgsqlDataSource CreateDataSource(string text, ILoggerFactory? loggers = null)
    {
        var connection = Read(text, out var error) ?? throw new ArgumentException($"ConnectionStrings:Store {error}", nameof(text));
        var settings = new NpgsqlConnectionStringBuilder(connection.Settings.ConnectionString);
        settings.ApplicationName ??= "metrics-collector-store";
        settings.Timezone ??= "UTC";
        if (!settings.ContainsKey("Maximum Pool Size"))
        {
            settings.MaxPoolSize = Math.Max(PoolSize, settings.MinPoolSize);
        }

        // Its name is what the driver's traces and meters show.
        var source = connection.Builder(settings, "store");
        if (loggers is not null)
        {
            source.UseLoggerFactory(loggers);
        }

        return source.Build();
    }

    /// <summary>A data source for one connection that is not shared.</summary>
    /// <param name="text">The store's connection string.</param>
    /// <param name="name">What the driver's traces and meters show.</param>
    /// <param name="configure">Sets what is special about it.</param>
    /// <exception cref="ArgumentException">The text is not a connection string.</exception>
    public static NpgsqlDataSource CreateUnpooled(string text, string name, Action<NpgsqlConnectionStringBuilder> configure)
    {
        var connection = Read(text, out var error) ?? throw new ArgumentException($"ConnectionStrings:Store {error}", nameof(text));
        var settings = new NpgsqlConnectionStringBuilder(connection.Settings.ConnectionString);
        configure(settings);
        settings.Pooling = false;
        settings.Multiplexing = false;
        return connection.Builder(settings, name).Build();
    }
}
