namespace MetricsCollector.Configuration;

/// <summary>
/// Makes files and directories that only their owner may use: what is collected, and the log, are nobody else's business. What exists
/// keeps the permissions that somebody gave it. On Windows a directory's own rules count.
/// </summary>
internal static class OwnerOnly
{
    private const UnixFileMode ForFiles = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForDirectories = ForFiles | UnixFileMode.UserExecute;

    /// <summary>Makes a directory and those above it, where they are missing.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, ForDirectories);
        }
    }

    /// <summary>
    /// Makes an empty file where there is none. One that exists is not opened: closing it would give up the locks that this process has on
    /// it.
    /// </summary>
    public static void CreateFile(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Open(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
            }
        }
        catch (IOException) when (File.Exists(path))
        {
            // Somebody else was faster.
        }
    }

    /// <summary>Opens a file, and makes it where it is missing and the mode says so.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = ForFiles;
        }

        return new FileStream(path, options);
    }

    /// <summary>Takes from others what they may do with a file that somebody else's code has just made.</summary>
    public static void Restrict(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, ForFiles);
        }
    }
}
