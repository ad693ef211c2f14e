using System.Net.Sockets;
using System.Text;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Snapshots;
using MetricsCollector.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MetricsCollector.Tests.Api;

/// <summary>What depends on a real connection: clients that read slowly, that leave, and that want the beginning before the end is
/// read.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ConnectionTests(LoopbackApp app) : IClassFixture<LoopbackApp>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CollectionBroadcaster Feed => app.Services.GetRequiredService<CollectionBroadcaster>();

    [Fact]
    public async Task A_stream_that_nobody_reads_is_dropped_and_the_others_go_on()
    {
        using var slow = await SendAsync("/api/v1/stream?metric=server", 4 * 1024);

        // The head of the answer comes when the stream listens; what is announced before is not for it.
        var head = new byte[12];
        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(head, 0, await slow.ReceiveAsync(head, Cancellation)));
        using var client = app.CreateClient();
        using var fast = await client.GetAsync(
            new Uri("/api/v1/stream?metric=up", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await fast.Content.ReadAsStreamAsync(Cancellation));

        // More than buffers of sockets and of the stream hold together.
        var wide = TestCollections.Snapshot(
            "server", ["start_time"], [.. Enumerable.Range(0, 200).Select(row => TestCollections.Row(new string('x', 100) + row, row))]);
        for (var i = 0; i < 5_000; i++)
        {
            Feed.Finished(TestCollections.Collected(CollectorApp.Target, DateTimeOffset.UtcNow, wide));
        }

        await Eventually.TrueAsync(async () => await EndsAsync(slow, TimeSpan.FromSeconds(2), Cancellation), "the slow reader is dropped");
        Feed.Finished(TestCollections.Collected(CollectorApp.Target, DateTimeOffset.UtcNow, TestCollections.Value("up", 1)));
        Assert.NotNull(await lines.ReadLineAsync(Cancellation));
    }

    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/metrics", 200)]
    [InlineData("/api/v1/snapshots/latest", 200)]
    [InlineData("/api/v1/targets/nobody", 404)]
    public async Task HEAD_is_answered_as_GET_without_a_body(string path, int status)
    {
        using var client = new HttpClient { BaseAddress = app.Address };
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotNull(answer.Content.Headers.ContentType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_query_of_a_client_that_left_is_cancelled()
    {
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/series?metric=database")).GetProperty("items").GetArrayLength() > 0,
            "there is something to ask for");

        // A lock makes the query last until it is cancelled.
        await using var source = NpgsqlDataSource.Create(app.Store);
        await using var blocker = await source.OpenConnectionAsync(Cancellation);
        await using var transaction = await blocker.BeginTransactionAsync(Cancellation);
        await using (var locking = new NpgsqlCommand("LOCK TABLE metrics_packed IN ACCESS EXCLUSIVE MODE", blocker, transaction))
        {
            await locking.ExecuteNonQueryAsync(Cancellation);
        }

        const string Waiting =
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IN "
                + "('metrics_packed'::regclass, 'metrics_packed_hours'::regclass, 'metrics_packed_days'::regclass)";
        var socket = await SendAsync("/api/v1/query?metric=database&field=xact_commit&fn=max", 64 * 1024);
        await Eventually.TrueAsync(async () => await app.ScalarAsync<long>(Waiting) > 0, "the query waits");
        socket.Close();
        await Eventually.TrueAsync(async () => await app.ScalarAsync<long>(Waiting) == 0, "the query is cancelled");
        await transaction.RollbackAsync(Cancellation);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task The_beginning_of_an_export_arrives_before_its_end_is_read(string format)
    {
        // More than the buffers of both sides hold.
        await using var store = TestStore.Over(app.Store);
        var start = new DateTimeOffset(2025, 3, format == "csv" ? 1 : 2, 0, 0, 0, TimeSpan.Zero);
        string[] fields = ["numbackends", "xact_commit"];
        var rows = Enumerable.Range(0, 60).Select(row => TestCollections.Row($"{new string('d', 60)}{row}", row, row)).ToArray();
        var collections = Enumerable.Range(0, 2_000).Select(i => TestCollections.Collected(
            CollectorApp.Target, start.AddSeconds(i), TestCollections.Snapshot("database", fields, rows)));
        foreach (var batch in collections.Chunk(200))
        {
            await store.WriteAsync(batch);
        }

        var (from, to) = (start.ToUnixTimeSeconds(), start.AddHours(1).ToUnixTimeSeconds());
        using var socket = await SendAsync($"/api/v1/snapshots?metric=database&from={from}&to={to}&format={format}", 4 * 1024);
        var buffer = new byte[512];
        var read = await socket.ReceiveAsync(buffer, Cancellation);
        Assert.StartsWith("HTTP/1.1 200 OK", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);

        // Whoever reads on now has the store asked for the rest, which a lock lets us see.
        await using var source = NpgsqlDataSource.Create(app.Store);
        await using var blocker = await source.OpenConnectionAsync(Cancellation);
        await using var transaction = await blocker.BeginTransactionAsync(Cancellation);
        await using (var locking = new NpgsqlCommand("LOCK TABLE collections IN ACCESS EXCLUSIVE MODE", blocker, transaction))
        {
            await locking.ExecuteNonQueryAsync(Cancellation);
        }

        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reading = EndsAsync(socket, TimeSpan.FromSeconds(50), leaving.Token);
        const string Waiting =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
            + "AND query ILIKE '%select%collections%'";
        await Eventually.TrueAsync(
            async () => await app.ScalarAsync<long>(Waiting) > 0,
            "the rest is asked for");
        await transaction.RollbackAsync(Cancellation);
        await leaving.CancelAsync();
        Assert.False(await reading);
    }

    [Fact]
    public async Task What_was_not_modified_since_is_not_sent_again()
    {
        using var client = app.CreateClient();
        await Eventually.TrueAsync(
            async () =>
            {
                using var first = await client.GetAsync(new Uri("/api/v1/snapshots/latest?metric=server", UriKind.Relative), Cancellation);
                using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1/snapshots/latest?metric=server");
                again.Headers.IfModifiedSince = first.Content.Headers.LastModified;
                using var second = await client.SendAsync(again, Cancellation);
                return second.StatusCode == System.Net.HttpStatusCode.NotModified;
            },
            "nothing was collected between two requests");
        using var old = new HttpRequestMessage(HttpMethod.Get, "/api/v1/snapshots/latest?metric=server");
        old.Headers.IfModifiedSince = DateTimeOffset.UtcNow.AddDays(-1);
        using var answer = await client.SendAsync(old, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Rows_that_come_late_are_not_overtaken_by_who_follows()
    {
        // A collection that began before, and is not stored yet, holds the cursor back: what it brings comes in its place.
        var up = TestCollections.Value("up", 1);
        var late = TestCollections.Collected(CollectorApp.Target, Millisecond(DateTimeOffset.UtcNow), up) with
        {
            Trigger = CollectionTrigger.Manual,
        };
        var after = Uri.EscapeDataString(late.StartedAt.AddMilliseconds(-1).ToString("O"));
        var before = (await app.GetAsync($"/api/v1/snapshots?metric=up&after={after}")).GetProperty("nextCursor").GetString()!;
        Feed.Hold(late);
        await Eventually.TrueAsync(
            async () => await app.ScalarAsync<long>($"SELECT count(*) FROM collections WHERE started_at > '{late.StartedAt:O}'") > 0,
            "a later collection is stored");
        var (seen, cursor) = await FollowAsync(before);
        Assert.DoesNotContain(seen, at => at >= late.StartedAt);
        var diff = await app.GetAsync("/api/v1/diff?metric=database&from=-1h&limit=1");
        Assert.InRange(diff.GetProperty("to").GetDateTimeOffset(), late.StartedAt.AddMinutes(-1), late.StartedAt.AddTicks(-1));

        await using var store = TestStore.Over(app.Store);
        await store.WriteAsync(late);
        Feed.Finished(late);
        var all = new List<DateTimeOffset>(seen);
        await Eventually.TrueAsync(
            async () =>
            {
                var (more, next) = await FollowAsync(cursor);
                all.AddRange(more);
                cursor = next;
                return all.Exists(at => at > late.StartedAt);
            },
            "what came later follows");
        Assert.Contains(late.StartedAt, all);
        Assert.Equal(all.Distinct(), all);
        Assert.Equal(all.Order(), all);
    }

    private static DateTimeOffset Millisecond(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    // Whether the other side has ended, after all that was sent is read.
    private static async Task<bool> EndsAsync(Socket socket, TimeSpan within, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(within);
        try
        {
            while (await socket.ReceiveAsync(buffer, patience.Token) > 0)
            {
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<(List<DateTimeOffset> Seen, string Cursor)> FollowAsync(string after)
    {
        var page = await app.GetAsync($"/api/v1/snapshots?metric=up&after={after}");
        var seen = page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("collectedAt").GetDateTimeOffset());
        return ([.. seen], page.GetProperty("nextCursor").GetString()!);
    }

    private async Task<Socket> SendAsync(string path, int receives)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = receives };
        await socket.ConnectAsync(app.Address.Host, app.Address.Port, Cancellation);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"), Cancellation);
        return socket;
    }
}
