using System.Globalization;

namespace MetricsCollector.LocalPostgres.Processes;

/// <summary>
/// The user that the server's programs run as when this process is root, which PostgreSQL refuses: <c>postgres</c> if there
/// is one, otherwise <c>nobody</c>.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Owner">Its numeric user and group, as <c>chown</c> takes them.</param>
/// <param name="Launcher">The program and the arguments that run a command as this user.</param>
internal sealed record ServerUser(string Name, string Owner, IReadOnlyList<string> Launcher)
{
    /// <summary>The user to change to; null where this process may run the server as it is.</summary>
    /// <exception cref="LocalPostgresException">This process is root and cannot become anybody else.</exception>
    public static async Task<ServerUser?> ForThisProcessAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        foreach (var (name, user, group) in Accounts())
        {
            foreach (var launcher in Launchers(name, user, group))
            {
                if (ExecutablePath.Find(launcher[0]) is { } program
                    && await WorksAsync([program, .. launcher.Skip(1)], cancellationToken))
                {
                    return new ServerUser(name, $"{user}:{group}", [program, .. launcher.Skip(1)]);
                }
            }
        }

        throw new LocalPostgresException(
            "PostgreSQL does not run as root, and this process can become neither 'postgres' nor 'nobody': install setpriv or "
            + "runuser (package util-linux), or run as an ordinary user.");
    }

    /// <summary>The same command, run as this user.</summary>
    public Command Run(Command command) =>
        command with { File = Launcher[0], Arguments = [.. Launcher.Skip(1), command.File, .. command.Arguments] };

    /// <summary>Gives this user a file or a directory and all in it.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        var result = await new Command("chown", ["-R", Owner, path]).RunAsync(cancellationToken);
        if (!result.Succeeded)
        {
            throw new LocalPostgresException($"Cannot give {path} to the user {Name}: {result.Text}");
        }
    }

    private static IEnumerable<(string Name, int User, int Group)> Accounts()
    {
        var lines = File.ReadAllLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToList();
        foreach (var name in new[] { "postgres", "_postgres", "nobody" })
        {
            if (lines.Find(fields => fields[0] == name) is { } fields)
            {
                yield return (name, int.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture));
            }
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Launchers(string name, int user, int group)
    {
        yield return ["setpriv", $"--reuid={user}", $"--regid={group}", "--clear-groups", "--"];
        yield return ["runuser", "-u", name, "--"];
        yield return ["gosu", $"{user}:{group}"];
        yield return ["su-exec", $"{user}:{group}"];
        yield return ["sudo", "-n", "-u", name, "--"];
    }

    private static async Task<bool> WorksAsync(IReadOnlyList<string> launcher, CancellationToken cancellationToken) =>
        (await new Command(launcher[0], [.. launcher.Skip(1), "id", "-u"]).RunAsync(cancellationToken)) is { Succeeded: true } result
        && result.Output.Trim() != "0";
}
