using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;
using Npgsql;

namespace MetricsCollector.Tests.Sessions;

/// <summary>A server that keeps sending without ever answering is given up when the time is over, and its connection is closed.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SlowServerTests
{
    private static readonly SessionLimits Limits = new(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(100));
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> WhileConnecting =>
        ["silent", "encryption", "authentication", "parameters", "the same parameter", "notices", "one endless message"];

    public static TheoryData<string> WhileAnswering => ["silent", "notices", "one endless message", "one endless row", "rows"];

    [Theory]
    [MemberData(nameof(WhileConnecting))]
    public async Task Connecting_ends(string phase)
    {
        await using var server = new StandInServer(async (client, stopping) =>
        {
            await StandInServer.ListenAsync(client, stopping);
            switch (phase)
            {
                case "encryption":
                    await client.WriteAsync("S"u8.ToArray(), stopping);
                    await StandInServer.ListenAsync(client, stopping);
                    await client.WriteAsync((byte[])[22, 3, 3, 64, 0], stopping);
                    await StandInServer.RepeatAsync(client, [0], stopping);
                    break;
                case "authentication":
                    await StandInServer.RepeatAsync(client, StandInServer.Report('N', "wait", "NOTICE"), stopping);
                    break;
                case "parameters":
                    await client.WriteAsync(StandInServer.LetIn, stopping);
                    for (var i = 0; ; i++)
                    {
                        await client.WriteAsync(StandInServer.Parameter("application_name", $"{i}"), stopping);
                        await Task.Delay(20, stopping);
                    }

                case "the same parameter":
                    await client.WriteAsync(StandInServer.LetIn, stopping);
                    await StandInServer.RepeatAsync(client, StandInServer.Parameter("application_name", "x"), stopping);
                    break;
                case "one endless message":
                    await client.WriteAsync((byte[])[.. StandInServer.LetIn, (byte)'N', 0, 16, 0, 0], stopping);
                    await StandInServer.RepeatAsync(client, [0], stopping);
                    break;
                case "notices":
                    await client.WriteAsync(StandInServer.LetIn, stopping);
                    await StandInServer.RepeatAsync(client, StandInServer.Report('N', "wait", "NOTICE"), stopping);
                    break;
                default:
                    await StandInServer.ListenAsync(client, stopping);
                    break;
            }
        });
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        settings.SslMode = phase == "encryption" ? SslMode.Require : SslMode.Disable;
        await using var session = new TargetSession(new Target("test", settings), Limits);
        using var deadline = new CancellationTokenSource(Deadline);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.OpenAsync(deadline.Token).WaitAsync(Patience, Cancellation));
        await Eventually.TrueAsync(() => Task.FromResult(server.Open == 0), "the connection is closed");
    }

    [Theory]
    [MemberData(nameof(WhileAnswering))]
    public async Task Waiting_for_an_answer_ends(string answer)
    {
        await using var server = new StandInServer(async (client, stopping) =>
        {
            await StandInServer.ListenAsync(client, stopping);
            await client.WriteAsync((byte[])[.. StandInServer.LetIn, .. StandInServer.Ready], stopping);
            await StandInServer.ListenAsync(client, stopping);
            switch (answer)
            {
                case "notices":
                    await StandInServer.RepeatAsync(client, StandInServer.Report('N', "wait", "NOTICE"), stopping);
                    break;
                case "one endless message":
                    await client.WriteAsync((byte[])[(byte)'T', 0, 16, 0, 0], stopping);
                    await StandInServer.RepeatAsync(client, [0], stopping);
                    break;
                case "one endless row":
                    await client.WriteAsync((byte[])[(byte)'D', 0, 16, 0, 0], stopping);
                    await StandInServer.RepeatAsync(client, [0], stopping);
                    break;
                case "rows":
                    await StandInServer.RepeatAsync(client, StandInServer.Message('D', 0, 0), stopping);
                    break;
                default:
                    await StandInServer.ListenAsync(client, stopping);
                    break;
            }
        });
        await using (var session = new TargetSession(
            new Target("test", new NpgsqlConnectionStringBuilder(server.ConnectionString)), Limits))
        {
            using var deadline = new CancellationTokenSource(Deadline);
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => session.OpenAsync(deadline.Token).WaitAsync(Patience, Cancellation));
            Assert.IsNotType<TimeoutException>(failure);
            await session.CloseAsync().WaitAsync(Patience, Cancellation);
        }

        await Eventually.TrueAsync(() => Task.FromResult(server.Open == 0), "the connection is closed");
    }

    [Fact]
    public async Task Messages_are_kept_at_a_bounded_length()
    {
        var text = "permission denied for table \"" + new string('x', 5_000_000);
        await using var server = new StandInServer(async (client, stopping) =>
        {
            await StandInServer.ListenAsync(client, stopping);
            await client.WriteAsync(
                (byte[])[.. StandInServer.LetIn, .. StandInServer.Parameter("server_version", text), .. StandInServer.Ready], stopping);
            await StandInServer.ListenAsync(client, stopping);
            await client.WriteAsync((byte[])[.. StandInServer.Report('E', text), .. StandInServer.Message('Z', (byte)'I')], stopping);
            await StandInServer.ListenAsync(client, stopping);
        });
        await using var session = new TargetSession(new Target("test", new NpgsqlConnectionStringBuilder(server.ConnectionString)), Limits);
        var failure = await Assert.ThrowsAsync<PostgresException>(() => session.OpenAsync(Cancellation));
        Assert.InRange(failure.MessageText.Length, 100, 2001);
        Assert.StartsWith("permission denied", failure.MessageText, StringComparison.Ordinal);
        Assert.InRange(failure.Message.Length, 100, 3000);
    }
}
