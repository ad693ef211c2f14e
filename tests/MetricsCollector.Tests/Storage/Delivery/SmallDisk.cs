using System.Diagnostics;

namespace MetricsCollector.Tests.Storage.Delivery;

/// <summary>A disk of a few megabytes in memory, which a test can fill to the last byte. Needs root on Linux; the test is skipped
/// elsewhere.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Page = 4096;

    private SmallDisk(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    private string Filler => File("filler");

    /// <summary>Makes one.</summary>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can mount a disk that is easily filled.");
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"metrics-collector-disk-{Guid.NewGuid():N}");
        Directory.CreateDirectory(path);
        if (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0755", "tmpfs", path) is var error and not "")
        {
            Directory.Delete(path);
            Assert.Skip($"This machine lets nobody mount a tmpfs: {error}");
        }

        return new SmallDisk(path);
    }

    /// <summary>A file or directory on it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A directory on it that belongs to the owner of another one.</summary>
    public async Task<string> DirectoryLikeAsync(string name, string other)
    {
        var directory = Directory.CreateDirectory(File(name)).FullName;
        Assert.Equal(string.Empty, await RunAsync("chown", $"--reference={other}", directory));
        return directory;
    }

    /// <summary>Leaves no room on it.</summary>
    public void Fill()
    {
        var page = new byte[Page];
        try
        {
            using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            // That was the last page.
            Assert.Equal(0, new DriveInfo(Path).AvailableFreeSpace);
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => System.IO.File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? string.Empty : $"{program} {process.ExitCode}: {error}";
    }
}
