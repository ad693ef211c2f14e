using System.Globalization;
using System.Reflection;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Catalog.Files.Sql;
using MetricsCollector.Collection.Targets;
using MetricsCollector.LocalPostgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Commands.Reports;

/// <summary>What <c>check</c> found of one target.</summary>
/// <param name="Collector">The target.</param>
/// <param name="Collection">What it answered.</param>
/// <param name="Facts">What the server says of itself; null when it did not answer.</param>
/// <param name="Warnings">What works and should be otherwise.</param>
/// <param name="Silence">Why it takes connections and does not answer; null when it answers, or nothing is known.</param>
internal sealed record TargetCheck(
    TargetCollector Collector, CollectionRun Collection, ServerFacts? Facts, IReadOnlyList<string> Warnings, string? Silence)
{
    // PostgreSQL 19 warns a week ahead; a person needs longer.
    private static readonly TimeSpan SoonExpires = TimeSpan.FromDays(30);

    private static readonly MetricDefinition Role = ReadRole();

    /// <summary>Whether it answered.</summary>
    public bool IsUp => Collection.Unreachable is null && Facts is not null;

    /// <summary>Whether what was asked of it was read over an unencrypted network connection.</summary>
    public bool IsUnencrypted => IsUp && !Facts!.Encrypted && !IsSocket;

    /// <summary>What a person can do something about: failures first.</summary>
    public IReadOnlyList<Snapshot> Problems =>
    [
        .. Collection.Snapshots
            .Where(snapshot => IsUp && snapshot.Outcome.Status != OutcomeStatus.Ok && !IsNotForThisServer(snapshot))
            .OrderByDescending(snapshot => snapshot.Outcome.Status)
            .ThenBy(snapshot => snapshot.Metric, StringComparer.Ordinal),
    ];

    /// <summary>Whether a metric was asked for and not answered.</summary>
    public bool HasFailures => Problems.Any(snapshot => snapshot.Outcome.Status == OutcomeStatus.Failed);

    /// <summary>What was read as it should be.</summary>
    public IReadOnlyList<Snapshot> Good => [.. InOrder(snapshot => snapshot.Outcome.Status == OutcomeStatus.Ok)];

    /// <summary>What is not for a server of its version or role, which is as it should be.</summary>
    public IReadOnlyList<Snapshot> NotForThisServer => [.. InOrder(IsNotForThisServer)];

    /// <summary>One line: how the target is and how it was reached.</summary>
    public string Headline => !IsUp
        ? $"target {Collector.Target.Name}: down, {Collection.Unreachable}{(Silence is null ? string.Empty : $"; {Silence}")}"
        : string.Join(
        ", ",
        $"target {Collector.Target.Name}: up",
        $"PostgreSQL {Facts!.Version}",
        Facts.InRecovery ? "standby" : "primary",
        $"role {Facts.RoleName}",
        Quantity.Of(Facts.Databases.Count(Collector.Target.WantsDatabase), "database"),
        Facts.Encrypted ? "encrypted" : IsSocket ? "Unix socket" : "NOT encrypted",
        Quantity.Of(Collection.RoundTrips, "round trip"),
        string.Create(CultureInfo.InvariantCulture, $"{(Collection.FinishedAt - Collection.StartedAt).TotalMilliseconds:0} ms"));

    private bool IsSocket => Collector.Target.Connection.Host?.StartsWith('/') == true;

    /// <summary>Asks a target for all it is asked for.</summary>
    public static async Task<TargetCheck> RunAsync(TargetCollector collector, CancellationToken cancellationToken)
    {
        var (collection, facts) = await collector.TryAsync(
            [.. collector.Plan.Metrics.Values.Select(metric => metric.Definition), Role],
            cancellationToken);
        var role = collection.Snapshots.FirstOrDefault(snapshot => snapshot.Metric == Role.Name);
        var rest = collection with { Snapshots = [.. collection.Snapshots.Where(snapshot => snapshot != role)] };
        var silence = facts is null && collection.Unreachable?.EndsWith(Failure.Late, StringComparison.Ordinal) == true
            ? await SilentTarget.ExplainAsync(collector.Target, cancellationToken)
            : null;
        return new TargetCheck(
            collector, rest, facts, facts is null ? [] : [.. OfMajor(facts.Major), .. OfRole(role), .. OfPooler(facts)], silence);
    }

    /// <summary>What is to be known of a major version.</summary>
    internal static IEnumerable<string> OfMajor(int major)
    {
        if (major > PostgresMajors.Newest || major < PostgresMajors.Oldest)
        {
            yield return $"PostgreSQL {major} is not tested, only {PostgresMajors.Oldest} to {PostgresMajors.Newest}: "
                + "what the metrics know of it is collected, a metric whose columns are gone is partial, one whose view is gone skipped; "
                + "look for a newer release of the collector";
        }
        else if (PostgresMajors.Ending.Contains(major))
        {
            yield return $"the PostgreSQL project ends its support of PostgreSQL {major}, "
                + "and this is the last release of the collector that is tested with it; upgrade the server";
        }
    }

    private static IEnumerable<string> OfRole(Snapshot? snapshot)
    {
        if (snapshot?.Rows is not [var row])
        {
            yield break;
        }

        var name = row.Labels["role"];
        var values = snapshot.Fields.Zip(row.Readings).ToDictionary(value => value.First, value => value.Second, StringComparer.Ordinal);
        if (values["superuser"] == 1)
        {
            yield return $"role {name} is a superuser; let the collector log in as a role that has only pg_monitor "
                + "(scripts/create_monitor_role.sql)";
        }

        if (values["valid_for"] is { } seconds && seconds < SoonExpires.TotalSeconds)
        {
            var when = seconds < 0 ? "has expired" : string.Create(CultureInfo.InvariantCulture, $"expires in {seconds / 86_400:0.0} days");
            yield return $"the password of role {name} {when}; set another one, or: "
                + $"ALTER ROLE \"{name?.Replace("\"", "\"\"", StringComparison.Ordinal)}\" VALID UNTIL '...'; "
                + "from PostgreSQL 19 on each new connection of such a role writes a warning to the server's log";
        }

        if (values["md5"] == 1)
        {
            yield return "password_encryption is md5; from PostgreSQL 19 on each new connection of a role with an MD5 password writes a "
                + "warning to the server's log: set it to scram-sha-256 and set the password again";
        }
    }

    private static IEnumerable<string> OfPooler(ServerFacts facts) => !facts.Pooled ? [] :
    [
        "a connection pooler such as PgBouncer stands in between: statements are not prepared, which costs the server more CPU time, and a "
        + "full pool makes collections late; connect to the server itself where you can",
    ];

    private static MetricDefinition ReadRole()
    {
        const string Name = "Commands/check_role.sql";
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Name)!);
        return new MetricDefinition([MetricFileParser.Parse(Name, reader.ReadToEnd(), builtIn: true)]);
    }

    private IEnumerable<Snapshot> InOrder(Func<Snapshot, bool> wanted) =>
        Collection.Snapshots.Where(wanted).OrderBy(snapshot => snapshot.Metric, StringComparer.Ordinal);

    private bool IsNotForThisServer(Snapshot snapshot) =>
        Facts is not null
        && snapshot.Outcome.Status == OutcomeStatus.Skipped
        && Collector.Plan.Metrics.TryGetValue(snapshot.Metric, out var planned)
        && (planned.Definition.FileFor(Facts.Major) is not { } file || !IsForRole(file.Role, Facts));

    private static bool IsForRole(ServerRole role, ServerFacts facts) =>
        role == ServerRole.Any || facts.InRecovery == (role == ServerRole.Standby);
}
