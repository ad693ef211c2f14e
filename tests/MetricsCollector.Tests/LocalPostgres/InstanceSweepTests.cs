using MetricsCollector.LocalPostgres;
using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.Tests.LocalPostgres;

[Trait("PostgreSQL", "any")]
public sealed class InstanceSweepTests
{
    [Fact]
    public async Task A_start_removes_the_server_whose_owner_was_killed()
    {
        var orphan = await StartedServer.StartAsync();
        var directory = new InstanceDirectory(Path.GetDirectoryName(orphan.DataDirectory)!);
        Disown(directory, orphan);

        await using var next = await StartedServer.StartAsync();

        // Another test's start may be the one that is sweeping.
        await StartedServer.UntilAsync(() => Task.FromResult(!Directory.Exists(directory.Path)));
        Assert.False(orphan.IsRunning);
        await orphan.DisposeAsync();
    }

    [Fact]
    public async Task A_start_leaves_the_server_whose_owner_lives()
    {
        await using var first = await StartedServer.StartAsync();
        await using var second = await StartedServer.StartAsync();

        Assert.Equal(1, await first.ExecuteAsync<int>("SELECT 1"));
        Assert.NotEqual(first.Port, second.Port);
    }

    [Fact]
    public async Task A_start_leaves_the_files_of_another_machine()
    {
        var server = await StartedServer.StartAsync();
        var directory = new InstanceDirectory(Path.GetDirectoryName(server.DataDirectory)!);
        directory.Create(Gone(server) with { Machine = "another-machine" });

        await using (await StartedServer.StartAsync())
        {
            Assert.Equal(1, await server.ExecuteAsync<int>("SELECT 1"));
        }

        await server.DisposeAsync();
    }

    private static void Disown(InstanceDirectory directory, LocalServer server) => directory.Create(Gone(server));

    // The id of this process with another start time: the owner has ended and its id was given away again.
    private static InstanceOwner Gone(LocalServer server) => new(
        Environment.MachineName,
        ProcessIdentity.OfThisProcess() with { Start = "1" },
        server.DataDirectory,
        Keep: false,
        DeleteData: true);
}
