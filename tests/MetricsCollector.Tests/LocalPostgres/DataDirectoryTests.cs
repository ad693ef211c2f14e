using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Tests.LocalPostgres;

[Trait("PostgreSQL", "any")]
public sealed class DataDirectoryTests : IDisposable
{
    private readonly string data = Path.Combine(Path.GetTempPath(), $"kept-cluster-{Path.GetRandomFileName()}");

    [Fact]
    public async Task A_kept_cluster_opens_again_with_a_new_password_and_is_never_deleted()
    {
        await using (var first = await StartedServer.StartAsync(new LocalServerOptions { DataDirectory = data, Keep = true }))
        {
            await first.ExecuteAsync<int>("CREATE TABLE kept AS SELECT 42 AS answer; SELECT 1");
        }

        await using (var second = await StartedServer.StartAsync(
            new LocalServerOptions { DataDirectory = data, Password = "it's \"new\"; \\" }))
        {
            Assert.Equal(42, await second.ExecuteAsync<int>("SELECT answer FROM kept"));
        }

        Assert.True(File.Exists(Path.Combine(data, "PG_VERSION")));
    }

    [Fact]
    public async Task A_directory_with_other_files_is_refused_and_left_alone()
    {
        var file = Path.Combine(Directory.CreateDirectory(data).FullName, "letter.txt");
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<LocalPostgresException>(() => StartedServer.StartAsync(new LocalServerOptions { DataDirectory = data }));

        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task A_directory_whose_server_runs_is_refused_and_left_running()
    {
        await using var first = await StartedServer.StartAsync(new LocalServerOptions { DataDirectory = data });

        await Assert.ThrowsAsync<LocalPostgresException>(() => StartedServer.StartAsync(new LocalServerOptions { DataDirectory = data }));

        Assert.Equal(1, await first.ExecuteAsync<int>("SELECT 1"));
    }

    public void Dispose()
    {
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
