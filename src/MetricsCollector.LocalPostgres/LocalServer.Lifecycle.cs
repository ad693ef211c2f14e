using System.Security.Cryptography;
using MetricsCollector.LocalPostgres.Processes;

namespace MetricsCollector.LocalPostgres;

// How a server comes to be and goes: one operation at a time, and every one gives up when the process ends.
public sealed partial class LocalServer
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly CancellationTokenSource closing = new();
    private readonly LocalServerOptions options;
    private readonly InstanceDirectory instance;
    private readonly Cluster cluster;
    private readonly bool deleteData;
    private bool disposed;

    private LocalServer(LocalServerOptions options, PostgresBinaries binaries, InstanceDirectory instance, ServerUser? user)
    {
        this.options = options;
        this.instance = instance;
        Binaries = binaries;
        DataDirectory = options.DataDirectory is null ? instance.Data : Path.GetFullPath(options.DataDirectory);
        deleteData = !options.Keep && Cluster.MajorOf(DataDirectory) is null;
        SuperuserPassword = options.Password ?? RandomNumberGenerator.GetHexString(32, lowercase: true);
        cluster = new Cluster(binaries, instance, DataDirectory, user);
    }

    internal bool StopsOnSignal => options.StopOnSignal;

    /// <summary>The process ends: whatever is under way gives up, the server is stopped and deleted before this returns.</summary>
    internal void Abandon()
    {
        closing.Cancel();
        try
        {
            DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is LocalPostgresException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The private PostgreSQL in {DataDirectory} was not removed: {error.Message}");
        }
    }

    private static async Task<LocalServer> StartAsync(
        LocalServerOptions options, Func<LocalServer, CancellationToken, Task> fill, CancellationToken cancellationToken)
    {
        ServerSettings.Validate(options);
        var user = await ServerUser.ForThisProcessAsync(cancellationToken);
        var binaries = options.Binaries
            ?? await new PostgresSearch { Progress = options.Progress }
                .FindAsync(options.Major ?? Cluster.MajorOf(options.DataDirectory), cancellationToken);
        var parent = await InstanceDirectory.ParentAsync(cancellationToken);
        await InstanceSweep.RunAsync(parent, binaries, user, cancellationToken);
        Cluster.RefuseInUse(options.DataDirectory);

        var server = new LocalServer(options, binaries, InstanceDirectory.Below(parent), user);
        ExitGuard.Add(server, options.StopOnSignal);
        try
        {
            await server.GuardedAsync(
                async token =>
                {
                    server.instance.Create(server.Owner());
                    await fill(server, token);
                    server.Port = await ServerStart.OnPortAsync(server.cluster, options, server.deleteData, token);
                },
                cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private Task StopAsync(string mode, CancellationToken cancellationToken) => GuardedAsync(
        async token =>
        {
            if (!await cluster.TryStopAsync(mode, token))
            {
                throw new LocalPostgresException($"PostgreSQL in {DataDirectory} did not stop:\n{instance.LogTail(0)}");
            }
        },
        cancellationToken);

    private async Task GuardedAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing.Token);
        await gate.WaitAsync(either.Token);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            await action(either.Token);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task RemoveAsync()
    {
        // A server whose files go needs no checkpoint.
        if (!await cluster.TryStopAsync(deleteData ? "immediate" : "fast", CancellationToken.None))
        {
            throw new LocalPostgresException($"PostgreSQL in {DataDirectory} did not stop:\n{instance.LogTail(0)}");
        }

        disposed = true;
        ExitGuard.Remove(this);
        instance.Close(Owner());
    }

    private InstanceOwner Owner() =>
        new(Environment.MachineName, ProcessIdentity.OfThisProcess(), DataDirectory, options.Keep, deleteData);
}
