using MetricsCollector.Targets.PostgreSql.Driver;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>How sessions connect: what the target's connection string says, without what would cost memory or trust the server.</summary>
internal static class SessionDataSource
{
    private const int BufferBytes = 4096;
    private const string ApplicationName = "metrics-collector";

    /// <summary>The data source of one session.</summary>
    /// <param name="target">The server.</param>
    /// <param name="limits">What the session may cost it.</param>
    /// <param name="database">The database; null for the one that the target's connection string names.</param>
    /// <param name="sharedTables">Whether it shares Npgsql's tables with others, see <see cref="DriverTables"/>.</param>
    public static NpgsqlDataSource Create(Target target, SessionLimits limits, string? database, bool sharedTables)
    {
        var settings = new NpgsqlConnectionStringBuilder(target.Connection.ConnectionString)
        {
            Pooling = false,
            Enlist = false,
            // Statements are prepared here, by PreparedStatements.
            MaxAutoPrepare = 0,
            // Kept while nothing is asked, and an answer is a few kilobytes: half the usual saves 8 kB for each target.
            ReadBufferSize = BufferBytes,
            WriteBufferSize = BufferBytes,
            Timeout = (int)Math.Ceiling(limits.Timeout.TotalSeconds),
            // Which of several hosts is the right one is asked again at every connect, which is seldom.
            HostRecheckSeconds = 0,
        };
        settings.ApplicationName ??= ApplicationName;
        ServerText.UseIn(settings);
        if (database is not null)
        {
            settings.Database = database;
        }

        // Its name is what the driver's traces and meters show.
        var builder = target.Server.SlimBuilder(settings, target.Name);
        builder.EnableNetworkTypes();
        builder.EnableJsonTypes();
        DriverTables.AddTo(builder, sharedTables);

        // Asking a server for its own types on every connect costs it more than a collection; what is read is built into PostgreSQL.
        builder.ConfigureTypeLoading(loading => loading.EnableTypeLoading(false));
        return builder.Build();
    }
}
