using System.Globalization;
using MetricsCollector.LocalPostgres.Packages;
using MetricsCollector.LocalPostgres.Processes;
using MetricsCollector.LocalPostgres.Templates;

namespace MetricsCollector.LocalPostgres;

/// <summary>The programs of one installation, applied to one data directory as the right user.</summary>
internal sealed class Cluster(PostgresBinaries binaries, InstanceDirectory instance, string dataDirectory, ServerUser? user)
{
    public const string Superuser = "postgres";

    private const int UsualSeconds = 60;
    private const string SettingsFile = "local_server.conf";
    private const string Include = $"include '{SettingsFile}'";

    public string DataDirectory => dataDirectory;

    public PostgresBinaries Binaries => binaries;

    /// <summary>Whether the data directory holds a cluster already, and of which major version.</summary>
    public static int? MajorOf(string? dataDirectory)
    {
        var file = Path.Combine(dataDirectory ?? "", "PG_VERSION");
        return dataDirectory is not null && File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim(), out var major) ? major : null;
    }

    /// <summary>A directory that somebody uses is not taken over, and above all not stopped or deleted later.</summary>
    public static void RefuseInUse(string? dataDirectory)
    {
        if (dataDirectory is not null && PostmasterFile.IsRunning(Path.GetFullPath(dataDirectory)))
        {
            throw new LocalPostgresException($"A server already runs in {dataDirectory}: stop it, or name another directory.");
        }

        if (Directory.Exists(dataDirectory) && MajorOf(dataDirectory) is null && Directory.EnumerateFileSystemEntries(dataDirectory).Any())
        {
            throw new LocalPostgresException($"{dataDirectory} is neither empty nor a PostgreSQL cluster: name a new directory.");
        }
    }

    /// <summary>Makes the cluster, or takes over the one that is there; the superuser has this password afterwards.</summary>
    public async Task OpenAsync(string password, bool fromTemplate, CancellationToken cancellationToken)
    {
        if (MajorOf(dataDirectory) is not { } major)
        {
            await (fromTemplate
                ? CopyTemplateAsync(password, cancellationToken)
                : InitializeAsync(dataDirectory, password, cancellationToken));
            return;
        }

        if (major != binaries.Major)
        {
            throw new LocalPostgresException(
                $"{dataDirectory} holds a cluster of PostgreSQL {major}, which PostgreSQL {binaries.Version} cannot open: "
                + $"ask for major {major}, or name another directory.");
        }

        await PrepareAsync(cancellationToken);
        await SetPasswordAsync(password, cancellationToken);
    }

    /// <summary>Gives the instance and its data directory to the user that the server runs as.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (user is null)
        {
            return;
        }

        await user.OwnAsync(instance.Path, cancellationToken);
        if (Directory.Exists(dataDirectory))
        {
            await user.OwnAsync(dataDirectory, cancellationToken);
        }

        var result = await RunAsync("postgres", ["--version"], cancellationToken);
        if (!result.Succeeded)
        {
            throw new LocalPostgresException(
                $"The user {user.Name}, who runs the server because this process is root, cannot run {binaries.PathOf("postgres")}: "
                + $"let others read its directory, or set {PostgresSearch.BinVariable} or {PackageCache.Variable} to a directory they can "
                + $"read.\n{result.Text}");
        }
    }

    /// <summary>Writes the settings that the server reads after its own postgresql.conf.</summary>
    public async Task ConfigureAsync(string settings, CancellationToken cancellationToken)
    {
        var file = Path.Combine(dataDirectory, SettingsFile);
        await File.WriteAllTextAsync(file, settings, cancellationToken);
        if (user is not null)
        {
            await user.OwnAsync(file, cancellationToken);
        }

        var main = Path.Combine(dataDirectory, "postgresql.conf");
        if (!(await File.ReadAllTextAsync(main, cancellationToken)).Contains(Include, StringComparison.Ordinal))
        {
            await File.AppendAllTextAsync(main, $"\n{Include}\n", cancellationToken);
        }
    }

    /// <summary>Starts the server and waits until it takes connections; the result's text is the tail of its log.</summary>
    public async Task<CommandResult> TryStartAsync(CancellationToken cancellationToken)
    {
        var before = instance.LogLength;
        var result = await ControlAsync(["start", "-l", instance.Log], cancellationToken);
        return result with { Output = instance.LogTail(before) };
    }

    /// <summary>Stops the server; false if it still runs, true also if it did not run.</summary>
    /// <param name="mode">As for pg_ctl.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="seconds">How long pg_ctl waits for it.</param>
    public async Task<bool> TryStopAsync(string mode, CancellationToken cancellationToken, int seconds = UsualSeconds)
    {
        if (PostmasterFile.IsRunning(dataDirectory))
        {
            await ControlAsync(["stop", "-m", mode], cancellationToken, seconds);
        }

        // What pg_ctl cannot stop is a single-user server whose initdb was cancelled: it ends with its input.
        for (var attempt = 0; attempt < 50 && PostmasterFile.IsRunning(dataDirectory); attempt++)
        {
            await Task.Delay(100, cancellationToken);
        }

        return !PostmasterFile.IsRunning(dataDirectory);
    }

    public async Task PromoteAsync(CancellationToken cancellationToken) =>
        Demand(await ControlAsync(["promote"], cancellationToken), "The standby cannot be promoted");

    /// <summary>Runs a program of the installation as the server's user.</summary>
    public Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken, string input = "", string password = "")
    {
        var command = new Command(binaries.PathOf(program), arguments)
        {
            WorkingDirectory = instance.Path,
            Input = input,
            Variables = Variables(password),
            Timeout = TimeSpan.FromMinutes(3),
        };
        return (user?.Run(command) ?? command).RunAsync(cancellationToken);
    }

    public static void Demand(CommandResult result, string failure)
    {
        if (!result.Succeeded)
        {
            throw new LocalPostgresException($"{failure}:\n{result.Text}");
        }
    }

    private Task<CommandResult> ControlAsync(
        IReadOnlyList<string> action, CancellationToken cancellationToken, int seconds = UsualSeconds)
    {
        var timeout = seconds.ToString(CultureInfo.InvariantCulture);
        return RunAsync("pg_ctl", [.. action, "--pgdata", dataDirectory, "--silent", "--wait", "--timeout", timeout], cancellationToken);
    }

    private Dictionary<string, string> Variables(string password)
    {
        var variables = new Dictionary<string, string> { ["HOME"] = instance.Path, ["LC_ALL"] = "C" };
        if (password.Length > 0)
        {
            variables["PGPASSWORD"] = password;
        }

        return variables;
    }

    /// <summary>initdb: a new cluster with the superuser <c>postgres</c>, UTF-8, locale C, passwords by SCRAM.</summary>
    private async Task InitializeAsync(string directory, string password, CancellationToken cancellationToken)
    {
        var passwordFile = Path.Combine(instance.Path, "password");
        await using (File.Open(passwordFile, FileMode.CreateNew))
        {
            // Made empty first: nobody else may read it when the password goes in.
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await File.WriteAllTextAsync(passwordFile, password, cancellationToken);
        Directory.CreateDirectory(directory);
        await PrepareAsync(cancellationToken);
        if (directory != dataDirectory && user is not null)
        {
            await user.OwnAsync(directory, cancellationToken);
        }

        IReadOnlyList<string> arguments =
        [
            $"--pgdata={directory}", $"--username={Superuser}", $"--pwfile={passwordFile}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions",
        ];
        var result = await RunAsync("initdb", arguments, cancellationToken);
        File.Delete(passwordFile);
        Demand(result, $"Cannot make a PostgreSQL cluster in {directory}");
    }

    /// <summary>A new cluster as initdb makes it, without the time that it takes.</summary>
    private async Task CopyTemplateAsync(string password, CancellationToken cancellationToken)
    {
        var template = await ClusterTemplate.FindAsync(
            binaries, user?.Name ?? "", directory => InitializeAsync(directory, password, cancellationToken));
        DirectoryCopy.Make(template, dataDirectory);
        SystemIdentifier.Renew(dataDirectory);
        await PrepareAsync(cancellationToken);
        await SetPasswordAsync(password, cancellationToken);
    }

    /// <summary>Sets the superuser's password in a cluster that does not run.</summary>
    private async Task SetPasswordAsync(string password, CancellationToken cancellationToken)
    {
        var quoted = password.Replace("'", "''", StringComparison.Ordinal);
        var result = await RunAsync(
            "postgres",
            ["--single", "-D", dataDirectory, "-c", "log_statement=none", "-c", "standard_conforming_strings=on", "postgres"],
            cancellationToken,
            $"ALTER ROLE {Superuser} PASSWORD '{quoted}'\n");
        Demand(result, $"Cannot set the password of {Superuser} in {dataDirectory}");
    }
}
