using System.Diagnostics;

namespace MetricsCollector.Tests.EndToEnd.Resets;

/// <content>What the server is asked and told.</content>
public sealed partial class ResetTests
{
    private static string ResetOf(string view) => $"SELECT extract(epoch FROM stats_reset) FROM pg_stat_{view}";

    private static string Io(string column) =>
        $"SELECT {column} FROM pg_stat_io WHERE backend_type = 'client backend' AND object = 'relation' AND context = 'bulkwrite'";

    private static ResetCounter WalSyncs(int major) => major >= 18
        ? new("wal", "wal_sync", "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal' AND context = 'normal'")
        : ResetCounter.BuffersAllocated;

    private static ResetCounter Slot(string name) =>
        new(
            "replication_slot_stats",
            "total_txns",
            $"SELECT total_txns FROM pg_stat_replication_slots WHERE slot_name = '{name}'",
            $"&label=slot_name:{name}");

    private static async Task<ResetCounter> StatementAsync(ResetServer server, string like)
    {
        var text = await server.TextAsync($"SELECT queryid FROM pg_stat_statements WHERE query LIKE '{like}' AND query NOT LIKE '%LIKE%'");
        return new ResetCounter(
            "statements", "calls", $"SELECT sum(calls) FROM pg_stat_statements WHERE queryid = {text}", $"&label=queryid:{text}");
    }

    private static async Task RestartAsync(ResetServer server, bool crash)
    {
        await (crash ? server.Server.KillAsync(Cancellation) : server.Server.StopAsync(Cancellation));
        await server.Server.StartAgainAsync(Cancellation);
    }

    private static async Task KillSessionAsync(ResetServer server)
    {
        var pid = (int)(await server.ReadAsync("SELECT pid FROM pg_stat_activity WHERE backend_type = 'background writer'"))!;
        using (var process = Process.GetProcessById(pid))
        {
            process.Kill();
        }

        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await server.ReadAsync("SELECT pid FROM pg_stat_activity WHERE backend_type = 'background writer'") is { } now
                        && (int)now != pid;
                }
                catch (Npgsql.NpgsqlException)
                {
                    return false;
                }
            },
            "the server has recovered");
    }

    private static Task<(string From, string To)> ComesAsync(
        ResetServer server, string reset, string? moves, ResetCounter[] goesOn, ResetCounter[] anew, int rows = 300, string? work = null) =>
        ComesAsync(
            server,
            async () =>
            {
                var before = moves is null ? null : await server.ReadAsync(moves);
                await server.RunAsync(reset);
                if (moves is not null)
                {
                    await Eventually.TrueAsync(async () => await server.ReadAsync(moves) != before, $"{reset} moved stats_reset");
                }
            },
            goesOn,
            anew,
            rows,
            work);

    private static async Task<(string From, string To)> ComesAsync(
        ResetServer server, Func<Task> happen, ResetCounter[] goesOn, ResetCounter[] anew, int rows = 300, string? work = null)
    {
        ResetCounter[] all = [.. goesOn, .. anew];
        var (leastBefore, from, mostBefore) = await AroundAsync();
        await happen();
        await server.WorkAsync(rows);
        if (work is not null)
        {
            await server.RunAsync(work);
        }

        var (leastAfter, to, mostAfter) = await AroundAsync();
        for (var i = 0; i < all.Length; i++)
        {
            // A server is never quite idle: the collection read what lies between a look before it and one behind it.
            var (least, most) = i < goesOn.Length
                ? (leastAfter[i] - mostBefore[i], mostAfter[i] - leastBefore[i])
                : (leastAfter[i], mostAfter[i]);
            var (increase, resets) = await server.DeltaAsync(all[i], from, to);
            Assert.True(
                increase >= least && increase <= most,
                $"{all[i]}: {increase} ({string.Join(',', resets)}) is not between {least} and {most}");
            Assert.Equal(i >= goesOn.Length, resets.Length > 0);
            Assert.Equal(increase, await server.DiffAsync(all[i], from, to) ?? 0);
        }

        return (from, to);

        async Task<(double[] Least, string At, double[] Most)> AroundAsync()
        {
            var least = await ReconcileAsync();
            var at = await server.CollectAsync();
            return (least, at, await ReconcileAsync());
        }

        async Task<double[]> ReconcileAsync()
        {
            var values = new double[all.Length];
            for (var i = 0; i < all.Length; i++)
            {
                values[i] = await server.ReadAsync(all[i].Sql) ?? 0;
            }

            return values;
        }
    }
}
