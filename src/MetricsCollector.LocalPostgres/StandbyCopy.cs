using System.Globalization;
using MetricsCollector.LocalPostgres.Templates;

namespace MetricsCollector.LocalPostgres;

/// <summary>Fills a standby's data directory from its primary.</summary>
internal static class StandbyCopy
{
    // Files that belong to the one running server, not to its data.
    private static readonly string[] LeftOut = ["postmaster.pid", "postmaster.opts"];

    public static async Task MakeAsync(LocalServer primary, Cluster standby, CancellationToken cancellationToken)
    {
        var source = string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={primary.Port} user={Cluster.Superuser}");
        if (primary.Binaries.Has("pg_basebackup"))
        {
            await standby.PrepareAsync(cancellationToken);
            var result = await standby.RunAsync(
                "pg_basebackup",
                ["--pgdata", standby.DataDirectory, "--wal-method=stream", "--checkpoint=fast", "--no-sync", "--dbname", source],
                cancellationToken,
                password: primary.SuperuserPassword);
            Cluster.Demand(result, $"Cannot copy the server on port {primary.Port}");
        }
        else
        {
            await primary.StopAsync(cancellationToken);
            try
            {
                DirectoryCopy.Make(primary.DataDirectory, standby.DataDirectory, LeftOut);
            }
            finally
            {
                // The primary comes back whatever became of the copy.
                await primary.StartAgainAsync(CancellationToken.None);
            }
        }

        await FollowAsync(standby.DataDirectory, $"{source} password={Escaped(primary.SuperuserPassword)}", cancellationToken);
        await standby.PrepareAsync(cancellationToken);
    }

    private static async Task FollowAsync(string dataDirectory, string source, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(dataDirectory, "standby.signal"), "", cancellationToken);
        await File.AppendAllTextAsync(
            Path.Combine(dataDirectory, "postgresql.auto.conf"), ServerSettings.Line(("primary_conninfo", source)), cancellationToken);
    }

    private static string Escaped(string password) =>
        $"'{password.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";
}
