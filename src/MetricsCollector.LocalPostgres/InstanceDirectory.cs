using System.Text.Json;
using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.LocalPostgres;

/// <summary>One server's own directory: its log, its owner, and its data unless that was given a place of its own.</summary>
internal sealed record InstanceDirectory(string Path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersMayPass = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public string Data => System.IO.Path.Combine(Path, "data");

    public string Log => System.IO.Path.Combine(Path, "server.log");

    private string OwnerFile => System.IO.Path.Combine(Path, "owner.json");

    /// <summary>A name below the parent that nobody has; the directory is not there yet.</summary>
    public static InstanceDirectory Below(string parent) => new(System.IO.Path.Combine(parent, System.IO.Path.GetRandomFileName()));

    /// <summary>Makes, if need be, the directory that holds this user's instances.</summary>
    /// <exception cref="LocalPostgresException">The directory is there but belongs to somebody else.</exception>
    public static async Task<string> ParentAsync(CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"metrics-collector-postgres-{Environment.UserName}");
        try
        {
            // A private directory, which root opens a little for the user that the server runs as.
            Make(path, Environment.IsPrivilegedProcess ? OthersMayPass : OwnerOnly);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Foreign(path, error);
        }

        return await IsOursAsync(path, cancellationToken) ? path : throw Foreign(path, null);
    }

    /// <summary>Makes the directory and says whose it is.</summary>
    public void Create(InstanceOwner owner)
    {
        // Written aside and moved, so that a sweep never reads half a file; the text comes first, so that a process that is
        // killed hardly ever leaves a directory that is nobody's.
        var text = JsonSerializer.Serialize(owner);
        var draft = OwnerFile + ".new";
        Make(Path, OwnerOnly);
        File.WriteAllText(draft, text);
        File.Move(draft, OwnerFile, overwrite: true);
    }

    /// <summary>Who owns it; null where nobody does (yet, or any more).</summary>
    public InstanceOwner? ReadOwner()
    {
        try
        {
            return JsonSerializer.Deserialize<InstanceOwner>(File.ReadAllText(OwnerFile));
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Deletes what does not outlive the stopped server.</summary>
    public void Close(InstanceOwner owner)
    {
        if (owner.DeleteData)
        {
            DirectoryRemoval.Remove(owner.DataDirectory);
        }

        if (owner.Keep && owner.DataDirectory == Data)
        {
            // Nobody cleans it up any more.
            File.Delete(OwnerFile);
        }
        else
        {
            DirectoryRemoval.Remove(Path);
        }
    }

    /// <summary>The last lines of the server's log from a position on, for a message.</summary>
    public string LogTail(long from, int lines = 20)
    {
        if (!File.Exists(Log))
        {
            return "(the server wrote no log)";
        }

        using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(Math.Min(from, file.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(lines));
    }

    public long LogLength => File.Exists(Log) ? new FileInfo(Log).Length : 0;

    private static void Make(string path, UnixFileMode mode)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    // Changing the mode of somebody else's directory fails, except for root: root asks whose it is, because a stranger could
    // have put directories there for root to sweep.
    private static async Task<bool> IsOursAsync(string path, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return true;
        }

        var result = await new Command("ls", ["-ldn", path]).RunAsync(cancellationToken);
        var fields = result.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 2 && fields[0].StartsWith('d') && fields[2] == "0";
    }

    private static LocalPostgresException Foreign(string path, Exception? error) =>
        new($"The directory {path} belongs to another user: remove it, or set TMPDIR to a directory of your own.", error);
}
