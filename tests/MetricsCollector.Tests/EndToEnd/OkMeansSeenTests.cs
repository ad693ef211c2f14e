using MetricsCollector.Snapshots;
using MetricsCollector.Tests.Collection;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>
/// Roles that may not see everything, on a server where sessions block, a standby and a subscription stream and a vacuum runs: what is
/// <c>ok</c> for them is what a superuser reads with the same statement at that time.
/// </summary>
[Trait("PostgreSQL", "each")]
public sealed class OkMeansSeenTests
{
    private static readonly Dictionary<string, string[]> Rights = new()
    {
        ["bare"] = [],
        ["part_stats"] = ["pg_read_all_stats"],
        ["part_settings"] = ["pg_read_all_settings"],
        ["monitor"] = [],
    };

    public static TheoryData<int> Majors => [.. TestMajors.All];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Whatever_is_ok_reads_as_a_superuser_reads_it(int major)
    {
        await using var server = await BusyServer.StartAsync(major);
        await PrepareAsync(server.Primary.ConnectionString());
        var wrong = new List<string>();
        foreach (var (side, watched) in new[] { ("primary", server.Primary), ("standby", server.Standby) })
        {
            var connectionString = watched.ConnectionString();
            await Eventually.TrueAsync(
                () => TestCollector.ScalarAsync<bool>(
                    connectionString, "SELECT count(*) = 3 FROM pg_roles WHERE rolname IN ('bare', 'part_stats', 'part_settings')"),
                "the roles are on the standby too");
            foreach (var role in Rights.Keys)
            {
                var differences = await DifferencesAsync(connectionString, role);
                wrong.AddRange(differences.Select(difference => $"{role} on the {side}: {difference}"));
            }
        }

        Assert.Empty(wrong);
        await CheckOutcomesAsync(server);
    }

    private static async Task PrepareAsync(string superuser)
    {
        foreach (var (role, granted) in Rights.Where(role => role.Key != "monitor"))
        {
            await TestCollector.RunAsync(
                superuser, [$"CREATE ROLE {role} LOGIN PASSWORD 'secret'", .. granted.Select(right => $"GRANT {right} TO {role}")]);
        }

        await TestCollector.RunAsync(
            superuser,
            "ALTER ROLE monitor PASSWORD 'secret'",
            "REVOKE CONNECT ON DATABASE \"ap\"\"p 3\" FROM PUBLIC");
    }

    private static async Task CheckOutcomesAsync(BusyServer server)
    {
        await using var bare = TestCollector.Of(As(server.Primary.ConnectionString(), "bare"));
        var primary = await bare.CollectAsync();
        foreach (var metric in (string[])["activity", "blocking", "connections_security", "replication", "statements", "progress_vacuum"])
        {
            Assert.Equal((OutcomeStatus.Skipped, metric), (primary.Find(metric).Outcome.Status, metric));
            Assert.Contains("run: GRANT pg_monitor TO \"bare\"", primary.Find(metric).Outcome.Reason, StringComparison.Ordinal);
        }

        Assert.Equal(OutcomeStatus.Partial, primary.Find("server").Outcome.Status);
        Assert.Null(primary.Find("server").Value("connections"));
        Assert.NotNull(primary.Find("server").Value("uptime"));
        Assert.Contains(
            "GRANT CONNECT ON DATABASE \"ap\"\"p 3\" TO \"bare\"", primary.Find("tables").Outcome.Reason, StringComparison.Ordinal);

        await using var bareStandby = TestCollector.Of(As(server.Standby.ConnectionString(), "bare"));
        Assert.Equal(OutcomeStatus.Skipped, (await bareStandby.CollectAsync("wal_receiver")).Find("wal_receiver").Outcome.Status);

        await using var monitor = TestCollector.Of(As(server.Primary.ConnectionString(), "monitor"));
        var seen = await monitor.CollectAsync();
        Assert.Equal(OutcomeStatus.Ok, seen.Find("blocking").Outcome.Status);
        Assert.Equal(BusyServer.Blocked(server.Primary.Major), seen.Find("blocking").Value("blocked"));
        Assert.Equal(OutcomeStatus.Partial, seen.Find("tables").Outcome.Status);
    }

    // What moves lies between two readings of the superuser; what is wrong is wrong each time.
    private static async Task<IEnumerable<string>> DifferencesAsync(string connectionString, string role)
    {
        await using var superuser = TestCollector.Of(connectionString);
        await using var limited = TestCollector.Of(As(connectionString, role));
        HashSet<string>? differences = null;
        for (var round = 0; round < ViewComparison.Rounds && differences is not { Count: 0 }; round++)
        {
            // All three are connected from the first round on.
            var before = await superuser.CollectAsync();
            var seen = await limited.CollectAsync();
            var after = await superuser.CollectAsync();
            var now = seen.Snapshots
                .Where(snapshot => snapshot.Outcome.Status == OutcomeStatus.Ok && IsOfTheServer(snapshot.Metric))
                .SelectMany(snapshot => Differences(before.Find(snapshot.Metric), snapshot, after.Find(snapshot.Metric)))
                .ToHashSet(StringComparer.Ordinal);
            if (differences is null)
            {
                differences = now;
            }
            else
            {
                differences.IntersectWith(now);
            }
        }

        return differences!;
    }

    // The others are counted by each collector itself.
    private static bool IsOfTheServer(string metric) => TestCollector.BuiltIn.Find(metric) is { Computed: false, Sampled: false };

    private static IEnumerable<string> Differences(Snapshot before, Snapshot seen, Snapshot after)
    {
        var (first, mine, last) = (Rows(before), Rows(seen), Rows(after));
        foreach (var labels in first.Keys.Intersect(last.Keys).Except(mine.Keys))
        {
            yield return $"{seen.Metric} lacks {labels}";
        }

        foreach (var labels in mine.Keys.Except(first.Keys.Union(last.Keys)))
        {
            yield return $"{seen.Metric} has {labels} besides";
        }

        foreach (var (labels, readings) in mine.Where(row => first.ContainsKey(row.Key) && last.ContainsKey(row.Key)))
        {
            for (var i = 0; i < readings.Length; i++)
            {
                if (!ViewComparison.IsBetween(first[labels][i], readings[i], last[labels][i])
                    && !IsMeanOfMore(seen, i, first[labels], readings, last[labels]))
                {
                    yield return $"{seen.Metric}.{seen.Fields[i]} of {labels}";
                }
            }
        }
    }

    // While a statement is executed again, its mean may rise and fall between the two readings. It then has to be the mean of its own row;
    // the deviation has no such sum beside it.
    private static bool IsMeanOfMore(Snapshot seen, int field, double?[] before, double?[] readings, double?[] after)
    {
        if (seen.Fields[field].Split('_') is not [("mean" or "stddev") and var kind, var phase, "time"])
        {
            return false;
        }

        var executions = IndexOf(phase == "plan" ? "plans" : "calls");
        var mean = readings[IndexOf($"total_{phase}_time")] / readings[executions];
        return before[executions] < after[executions] && (kind == "stddev" || Math.Abs((readings[field] - mean) ?? 1) <= 1e-6 * mean);

        int IndexOf(string name) => seen.Fields.Index().Single(named => named.Item == name).Index;
    }

    private static Dictionary<LabelSet, double?[]> Rows(Snapshot snapshot) =>
        snapshot.Rows.ToDictionary(row => row.Labels, row => row.Readings.ToArray());

    private static string As(string connectionString, string role) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = role, Password = "secret" }.ConnectionString;
}
