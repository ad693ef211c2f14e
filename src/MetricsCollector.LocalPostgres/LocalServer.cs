using System.Data.Common;

namespace MetricsCollector.LocalPostgres;

/// <summary>
/// A private PostgreSQL server on 127.0.0.1 that lives as long as this object: disposing of it, or the end of the process,
/// stops it and deletes its directory. What a killed process leaves is removed by the next start.
/// </summary>
public sealed partial class LocalServer : IAsyncDisposable
{
    /// <summary>The port on 127.0.0.1; stays the same when the server starts again.</summary>
    public int Port { get; private set; }

    /// <summary>The major version, such as 17.</summary>
    public int Major => Binaries.Major;

    /// <summary>The full version, such as <c>17.10</c>.</summary>
    public string Version => Binaries.Version;

    /// <summary>The cluster's directory.</summary>
    public string DataDirectory { get; }

    /// <summary>The programs it runs from.</summary>
    public PostgresBinaries Binaries { get; }

    /// <summary>The password of the superuser <c>postgres</c>.</summary>
    public string SuperuserPassword { get; }

    /// <summary>The file that the server logs to.</summary>
    public string LogFile => instance.Log;

    /// <summary>Whether the server process runs.</summary>
    public bool IsRunning => PostmasterFile.IsRunning(DataDirectory);

    /// <summary>Makes a server and waits until it takes connections.</summary>
    /// <exception cref="PostgresNotFoundException">There are no binaries, and none can be downloaded.</exception>
    /// <exception cref="LocalPostgresException">It does not start; the message ends with the tail of its log.</exception>
    /// <exception cref="ArgumentException">A setting is wrong; the message says what to write instead.</exception>
    public static Task<LocalServer> StartAsync(LocalServerOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(
            options ?? new LocalServerOptions(),
            static (server, token) => server.cluster.OpenAsync(server.SuperuserPassword, server.options.FromTemplate, token),
            cancellationToken);

    /// <summary>
    /// Makes a streaming standby of a running server. Without <c>pg_basebackup</c> in its installation, the primary is stopped
    /// for the copy and started again, which ends its connections.
    /// </summary>
    /// <exception cref="LocalPostgresException">It cannot be copied or does not start.</exception>
    public static Task<LocalServer> StartStandbyAsync(LocalServer primary, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(primary);
        var standby = primary.options with
        {
            Binaries = primary.Binaries,
            DataDirectory = null,
            Keep = false,
            Port = null,
            Password = primary.SuperuserPassword,
        };
        return StartAsync(standby, (server, token) => StandbyCopy.MakeAsync(primary, server.cluster, token), cancellationToken);
    }

    /// <summary>Npgsql's connection string of the superuser.</summary>
    /// <param name="database">The database; default: <c>postgres</c>.</param>
    public string ConnectionString(string database = "postgres") =>
        new DbConnectionStringBuilder
        {
            ["Host"] = "127.0.0.1",
            ["Port"] = Port,
            ["Username"] = Cluster.Superuser,
            ["Password"] = SuperuserPassword,
            ["Database"] = database,
        }.ConnectionString;

    /// <summary>Stops the server in order (fast mode: connections are ended, transactions rolled back). Nothing to do if it does not
    /// run.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => StopAsync("fast", cancellationToken);

    /// <summary>Ends the server as a crash would (immediate mode): it recovers from its log at the next start.</summary>
    public Task KillAsync(CancellationToken cancellationToken = default) => StopAsync("immediate", cancellationToken);

    /// <summary>Starts the stopped server again, on the same port and data.</summary>
    /// <exception cref="LocalPostgresException">It does not start; the message ends with the tail of its log.</exception>
    public Task StartAgainAsync(CancellationToken cancellationToken = default) => GuardedAsync(
        async token =>
        {
            if (!IsRunning)
            {
                Cluster.Demand(await cluster.TryStartAsync(token), $"PostgreSQL {Version} did not start again on port {Port}");
            }
        },
        cancellationToken);

    /// <summary>Makes a standby a primary, and waits until it is.</summary>
    /// <exception cref="LocalPostgresException">It is not a standby.</exception>
    public Task PromoteAsync(CancellationToken cancellationToken = default) => GuardedAsync(cluster.PromoteAsync, cancellationToken);

    /// <summary>Stops the server and deletes its directory unless it is to be kept.</summary>
    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (!disposed)
            {
                await RemoveAsync();
            }
        }
        finally
        {
            gate.Release();
        }
    }
}
