using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Tests.LocalPostgres;

[Trait("PostgreSQL", "any")]
public sealed class PostgresSearchTests : IDisposable
{
    private readonly FakePostgres fake = new();

    public PostgresSearchTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The fake server programs are shell scripts.");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_variable_wins_over_a_newer_server_elsewhere()
    {
        var search = fake.Search(chosen: fake.Bin("chosen", "15.1"), path: [fake.Bin("path", "18.1")]);

        Assert.Equal("15.1", (await search.FindAsync(null, Cancel)).Version);
    }

    [Fact]
    public async Task The_newest_wins_when_no_major_is_asked_for()
    {
        var search = fake.Search(path: [fake.Bin("path", "16.9")], usual: [fake.Bin("a", "17.9"), fake.Bin("b", "17.10")]);

        Assert.Equal("17.10", (await search.FindAsync(null, Cancel)).Version);
    }

    [Fact]
    public async Task The_first_place_that_has_the_major_wins()
    {
        var search = fake.Search(chosen: fake.Bin("chosen", "18.1"), path: [fake.Bin("path", "16.1")], usual: [fake.Bin("usual", "16.9")]);

        Assert.Equal("16.1", (await search.FindAsync(16, Cancel)).Version);
    }

    [Fact]
    public async Task The_cache_is_looked_at_before_a_download()
    {
        fake.Bin(Path.Combine("cache", "postgres-17.10.0-any", "native", "bin"), "17.10");

        Assert.Equal("17.10", (await fake.Search().FindAsync(17, Cancel)).Version);
    }

    [Fact]
    public async Task A_major_that_is_nowhere_is_downloaded()
    {
        var search = fake.Search(
            path: [fake.Bin("path", "18.1")],
            download: (_, major, _) => Task.FromResult(fake.Bin("downloaded", $"{major}.5")));

        Assert.Equal("14.5", (await search.FindAsync(14, Cancel)).Version);
    }

    [Fact]
    public async Task A_directory_of_links_leads_to_the_installation()
    {
        var bin = fake.Bin("real", "15.3");
        var links = Directory.CreateDirectory(Path.Combine(fake.Root, "links")).FullName;
        foreach (var program in Directory.EnumerateFiles(bin))
        {
            File.CreateSymbolicLink(Path.Combine(links, Path.GetFileName(program)), program);
        }

        Assert.Equal(bin, (await fake.Search(path: [links]).FindAsync(null, Cancel)).Directory);
    }

    [Fact]
    public async Task A_directory_without_pg_ctl_is_no_installation()
    {
        var bin = fake.Bin("half", "17.1");
        File.Delete(Path.Combine(bin, "pg_ctl"));

        await Assert.ThrowsAsync<PostgresNotFoundException>(() => fake.Search(path: [bin]).FindAsync(null, Cancel));
    }

    [Fact]
    public async Task A_variable_that_names_no_server_is_refused_with_the_remedy()
    {
        var search = fake.Search(chosen: fake.Root, path: [fake.Bin("path", "18.1")]);

        var error = await Assert.ThrowsAsync<PostgresNotFoundException>(() => search.FindAsync(null, Cancel));

        Assert.Contains("METRICS_COLLECTOR_POSTGRES_BIN", error.Message, StringComparison.Ordinal);
        Assert.Contains(fake.Root, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_found_says_where_it_looked_and_what_to_install()
    {
        var search = fake.Search(usual: [fake.Bin("usual", "15.2")]);

        var error = await Assert.ThrowsAsync<PostgresNotFoundException>(() => search.FindAsync(16, Cancel));

        Assert.Contains("PostgreSQL 15.2 in", error.Message, StringComparison.Ordinal);
        Assert.Contains("npm: npm is not installed", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "set METRICS_COLLECTOR_POSTGRES_BIN to the bin directory of a PostgreSQL 16", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => fake.Dispose();
}
