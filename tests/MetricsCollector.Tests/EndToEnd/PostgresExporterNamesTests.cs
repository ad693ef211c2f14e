using System.Globalization;
using System.Text.RegularExpressions;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.EndToEnd;

/// <summary>What <c>/metrics</c> says of a busy server and its standby, against what postgres_exporter says of them.</summary>
[Trait("PostgreSQL", "each")]
public sealed partial class PostgresExporterNamesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Majors => [.. TestMajors.All];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Families_have_the_names_and_labels_of_postgres_exporter(int major)
    {
        await using var server = await BusyServer.StartAsync(major);
        using var directory = new TemporaryDirectory();
        await using var collector = ServiceProcess.Start(directory, Settings(server.Primary, server.Standby));
        await collector.ReadyAsync();
        var expected = Expected(major);
        await Eventually.TrueAsync(
            async () => Wrong(expected, await ScrapeAsync(collector)).Count == 0 || await IsCollectedAsync(collector),
            "both servers are collected");
        Assert.Empty(Wrong(expected, await ScrapeAsync(collector)));
        await CheckZerosAsync(server.Primary, await ScrapeAsync(collector));
    }

    // The exporter joins all databases with the states and modes that it knows, and has 0 where there is nothing.
    private static async Task CheckZerosAsync(LocalServer server, string text)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString());
        await connection.OpenAsync(Cancellation);
        foreach (var (family, label, known) in ((string, string, string)[])
        [
            ("pg_stat_activity_count", "state",
                "active,idle,idle in transaction,idle in transaction (aborted),fastpath function call,disabled"),
            ("pg_locks_count", "mode",
                "accesssharelock,rowsharelock,rowexclusivelock,shareupdateexclusivelock,sharelock,sharerowexclusivelock,exclusivelock,"
                    + "accessexclusivelock,sireadlock"),
        ])
        {
            await using var command = new NpgsqlCommand(
                "SELECT datname || ': ' || value FROM pg_database, unnest(string_to_array($1, ',')) AS value", connection)
            {
                Parameters = { new() { Value = known } },
            };
            var expected = new HashSet<string>(StringComparer.Ordinal);
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                expected.Add(reader.GetString(0));
            }

            var found = Sample().Matches(text).Where(sample => sample.Groups["family"].Value == family)
                .Select(sample => Label().Matches(sample.Groups["labels"].Value)
                    .ToDictionary(one => one.Groups["name"].Value, one => Regex.Unescape(one.Groups["value"].Value)))
                .Where(labels => labels["target"] == "primary")
                .Select(labels => $"{labels["datname"]}: {labels[label]}");
            Assert.Empty(expected.Except(found));
        }
    }

    private static Dictionary<string, string> Settings(LocalServer primary, LocalServer standby) => new()
    {
        ["Targets:0:Name"] = "primary",
        ["Targets:0:ConnectionString"] = primary.ConnectionString(),
        ["Targets:0:Preset"] = "exhaustive",
        ["Targets:1:Name"] = "standby",
        ["Targets:1:ConnectionString"] = standby.ConnectionString(),
        ["Targets:1:Preset"] = "exhaustive",
    };

    private static List<(string Target, string Family, string Labels)> Expected(int major) =>
    [
        .. from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "EndToEnd", "postgres_exporter_0.20.txt"))
           let words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
           where words.Length > 0 && words.All(word => !IsOther(word, major))
           let labels = words[1..]
               .Where(word => word != "standby" && !word.Contains('=', StringComparison.Ordinal))
               .Select(word => word.TrimStart('+'))
           select (words.Contains("standby") ? "standby" : "primary", words[0], Joined(labels)),
    ];

    private static bool IsOther(string word, int major) => word.Split('=') switch
    {
        ["from", var from] => major < int.Parse(from, CultureInfo.InvariantCulture),
        ["until", var until] => major > int.Parse(until, CultureInfo.InvariantCulture),
        _ => false,
    };

    private static List<string> Wrong(List<(string Target, string Family, string Labels)> expected, string text)
    {
        var found = Sample().Matches(text)
            .Select(
                sample => (Family: sample.Groups["family"].Value, Labels: Label()
                    .Matches(sample.Groups["labels"].Value)
                    .ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value)))
            .ToLookup(
                sample => (sample.Labels["target"], sample.Family), sample => Joined(sample.Labels.Keys.Where(name => name != "target")));
        return
        [
            .. from one in expected
               let labels = found[(one.Target, one.Family)].Distinct().ToList()
               where labels is not [var only] || only != one.Labels
               select $"{one.Family} of the {one.Target} has [{string.Join("] [", labels)}] and not [{one.Labels}]",
        ];
    }

    private static string Joined(IEnumerable<string> labels) => string.Join(' ', labels.Order(StringComparer.Ordinal));

    private static async Task<string> ScrapeAsync(ServiceProcess collector) =>
        await collector.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancellation);

    // Sizes come with the last connection of a collection: what is wrong after it stays wrong.
    private static async Task<bool> IsCollectedAsync(ServiceProcess collector)
    {
        var text = await ScrapeAsync(collector);
        return text.Contains("pg_stat_user_tables_table_size_bytes{target=\"primary\"", StringComparison.Ordinal)
            && text.Contains("pg_replication_lag_seconds{target=\"standby\"", StringComparison.Ordinal);
    }

    [GeneratedRegex("(?m)^(?<family>[a-z_:0-9]+)\\{(?<labels>target=.*)\\} [^ \n]+( [0-9.]+)?$")]
    private static partial Regex Sample();

    [GeneratedRegex("(?<name>[a-z_0-9]+)=\"(?<value>([^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();
}
