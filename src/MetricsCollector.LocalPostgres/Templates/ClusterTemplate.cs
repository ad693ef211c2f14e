using System.Security.Cryptography;
using System.Text;
using MetricsCollector.LocalPostgres.Packages;

namespace MetricsCollector.LocalPostgres.Templates;

/// <summary>A cluster that initdb made once and that never runs: others are copies of it, as PostgreSQL's own tests have them.</summary>
internal static class ClusterTemplate
{
    /// <summary>The directory of the template of these programs; makes it where it is not there yet.</summary>
    /// <param name="binaries">The programs; another version or another place of them has another template.</param>
    /// <param name="owner">Whom its files belong to; one that cannot read them has a template of its own.</param>
    /// <param name="initialize">Makes a cluster in a directory.</param>
    public static async Task<string> FindAsync(PostgresBinaries binaries, string owner, Func<string, Task> initialize)
    {
        var cache = PackageCache.OfThisUser();
        var programs = File.GetLastWriteTimeUtc(binaries.PathOf("postgres")).Ticks;
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{binaries.Directory}\n{binaries.Version}\n{programs}\n{owner}"));
        var template = Path.Combine(cache.Directory, $"cluster-{binaries.Major}-{Convert.ToHexStringLower(key.AsSpan(0, 8))}");
        if (Directory.Exists(template))
        {
            return template;
        }

        // Made aside and moved, so that nobody copies half of it; of two that make it at once, the first one's stays.
        var scratch = cache.CreateScratch();
        try
        {
            PackageArchive.OpenToReaders(scratch);
            var made = Path.Combine(scratch, "data");
            await initialize(made);
            Directory.Move(made, template);
        }
        catch (IOException) when (Directory.Exists(template))
        {
            // The other one's is as good.
        }
        finally
        {
            DirectoryRemoval.Remove(scratch);
        }

        return template;
    }
}
