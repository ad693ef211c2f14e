namespace MetricsCollector.LocalPostgres.Templates;

/// <summary>Copies the files of a cluster that does not run.</summary>
internal static class DirectoryCopy
{
    /// <summary>Copies a directory and all in it, with the modes of the directories.</summary>
    /// <param name="from">Where the files are.</param>
    /// <param name="to">Where they go; the directory may be there, the files may not.</param>
    /// <param name="leftOut">Names of files in the directory itself that are not copied.</param>
    public static void Make(string from, string to, params string[] leftOut)
    {
        Directory.CreateDirectory(to);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        }

        foreach (var file in Directory.EnumerateFiles(from).Where(file => !leftOut.Contains(Path.GetFileName(file))))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var directory in Directory.EnumerateDirectories(from))
        {
            Make(directory, Path.Combine(to, Path.GetFileName(directory)));
        }
    }
}
