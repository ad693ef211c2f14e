namespace MetricsCollector.LocalPostgres.Processes;

/// <summary>Names and places of programs on this operating system.</summary>
internal static class ExecutablePath
{
    /// <summary>The directories of PATH, in order.</summary>
    public static IReadOnlyList<string> Directories =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The file name of a compiled program: <c>postgres</c> or <c>postgres.exe</c>.</summary>
    public static string FileName(string program) => OperatingSystem.IsWindows() ? program + ".exe" : program;

    /// <summary>The full path of the first of these file names on PATH or where system programs live, or null.</summary>
    public static string? Find(params IReadOnlyList<string> fileNames)
    {
        IEnumerable<string> directories = OperatingSystem.IsWindows()
            ? Directories
            : Directories.Concat(["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"]);
        return directories
            .SelectMany(directory => fileNames.Select(name => Path.Combine(directory, name)))
            .FirstOrDefault(File.Exists);
    }
}
