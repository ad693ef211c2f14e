using System.Collections.Concurrent;
using MetricsCollector.Collection.Collections;
using MetricsCollector.Collection.Outcomes;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Targets;

/// <content>What it notes of a collection, and tells the log once per change.</content>
public sealed partial class TargetCollector
{
    // What the log was told last of each metric. An outage is told once, of the target: what the metrics were before counts again after it.
    private readonly ConcurrentDictionary<string, Outcome> _told = new(StringComparer.Ordinal);

    private readonly AnsweringServers _servers = new();

    private void Note(CollectionRun collection)
    {
        var before = _state;
        var after =
            before.After(collection, _runner.Facts) with { Server = collection.Unreachable is null ? _runner.Server : before.Server };
        _state = after;
        if (after.Status == TargetStatus.Down)
        {
            if (before.Status != TargetStatus.Down)
            {
                Log.Down(_logger, Target.Name, after.Reason!);
            }

            return;
        }

        if (before.Status != TargetStatus.Up)
        {
            Log.Up(_logger, Target.Name, after.Facts!.Version, RoleOf(after.Facts));
        }

        _state = after with { ByTurns = NoteServer(before, after) };
        foreach (var snapshot in collection.Snapshots)
        {
            Note(snapshot, after.Facts!);
        }
    }

    private void Note(Snapshot snapshot, ServerFacts facts)
    {
        if (AnotherServerException.IsIn(snapshot.Outcome.Reason))
        {
            // Told once, of the target.
            return;
        }

        var expected = IsExpected(snapshot, facts);
        var (now, before) = (snapshot.Outcome, _told.GetValueOrDefault(snapshot.Metric) ?? Outcome.Ok);
        _told[snapshot.Metric] = expected ? Outcome.Ok : now;
        if (expected ? before.Status == OutcomeStatus.Ok : IsSame(before, now))
        {
            return;
        }

        switch (now.Status)
        {
            case OutcomeStatus.Ok:
                Log.OutcomeOk(_logger, Target.Name, snapshot.Metric);
                break;
            case OutcomeStatus.Failed:
                Log.OutcomeFailed(_logger, Target.Name, snapshot.Metric, now.Reason ?? "no reason was given");
                break;
            default:
                Log.OutcomeChanged(_logger, Target.Name, snapshot.Metric, now.Status, now.Reason ?? "no reason was given");
                break;
        }
    }

    // Reasons that count rows or name times differ in every collection and say the same.
    private static bool IsSame(Outcome one, Outcome other) =>
        (one.Status, one.SqlState) == (other.Status, other.SqlState) && WithoutNumbers(one.Reason) == WithoutNumbers(other.Reason);

    private static string WithoutNumbers(string? reason) =>
        string.Concat((reason ?? string.Empty).Where(letter => !char.IsAsciiDigit(letter) && letter is not (',' or '.')));

    // What is for another role or version of PostgreSQL is ignored by design.
    private bool IsExpected(Snapshot snapshot, ServerFacts facts) =>
        snapshot.Outcome is { Status: OutcomeStatus.Skipped, SqlState: null }
        && _plan.Metrics.GetValueOrDefault(snapshot.Metric)?.Definition is { } metric
        && MetricEligibility.IsForOthers(metric, facts);

    private static string RoleOf(ServerFacts facts) => facts.InRecovery ? "standby" : "primary";

    // The start tells servers apart, also behind one name; the address tells which of several it is now.
    private string? NoteServer(TargetState before, TargetState after)
    {
        var facts = after.Facts!;
        _servers.Answered(facts, after.Server);
        if (_runner.Another is { } another)
        {
            _servers.Answered(another, after.Server);
        }

        var byTurns = _servers.ByTurns;
        if (byTurns is not null)
        {
            if (before.ByTurns is null)
            {
                Log.ByTurns(_logger, Target.Name, byTurns);
            }
        }
        else if (before.ByTurns is not null)
        {
            Log.OneServer(_logger, Target.Name, facts.StartedAt, RoleOf(facts));
        }
        else if (before.Facts is { } known && known.StartedAt != facts.StartedAt)
        {
            if (before.Server is { } server && after.Server is { } place && server != place)
            {
                Log.Moved(_logger, Target.Name, place, RoleOf(facts), server);
            }
            else
            {
                Log.StartedAnew(_logger, Target.Name, facts.Version, facts.StartedAt, RoleOf(facts));
            }
        }
        else if (_runner.Another is { } reached && reached.StartedAt != facts.StartedAt)
        {
            Log.StartedAnew(_logger, Target.Name, reached.Version, reached.StartedAt, RoleOf(reached));
        }

        return byTurns;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Target {Target} is up: PostgreSQL {Version}, {Role}")]
        public static partial void Up(ILogger logger, string target, string version, string role);

        [LoggerMessage(2, LogLevel.Warning, "Target {Target} is down: {Reason}")]
        public static partial void Down(ILogger logger, string target, string reason);

        [LoggerMessage(3, LogLevel.Information, "Target {Target}, metric {Metric} is now {Outcome}: {Reason}")]
        public static partial void OutcomeChanged(ILogger logger, string target, string metric, OutcomeStatus outcome, string reason);

        [LoggerMessage(4, LogLevel.Warning, "Target {Target}, metric {Metric} failed: {Reason}")]
        public static partial void OutcomeFailed(ILogger logger, string target, string metric, string reason);

        [LoggerMessage(5, LogLevel.Information, "Target {Target}, metric {Metric} is ok again")]
        public static partial void OutcomeOk(ILogger logger, string target, string metric);

        [LoggerMessage(6, LogLevel.Warning, "Target {Target} leads to another server: {Server}, {Role}; before it was {Before}")]
        public static partial void Moved(ILogger logger, string target, string server, string role, string before);

        [LoggerMessage(
            7,
            LogLevel.Information,
            "Target {Target} is answered by a server that was started at {StartedAt:O}, {Role}, PostgreSQL {Version}: it was restarted, "
                + "or another took its place")]
        public static partial void StartedAnew(
            ILogger logger, string target, string version, DateTimeOffset startedAt, string role);

        [LoggerMessage(
            8,
            LogLevel.Warning,
            "Target {Target} leads to several servers by turns ({Servers}): name one server for each target, "
            + "or add Target Session Attributes=primary")]
        public static partial void ByTurns(ILogger logger, string target, string servers);

        [LoggerMessage(9, LogLevel.Information, "Target {Target} leads to one server again, {Role}, started at {StartedAt:O}")]
        public static partial void OneServer(ILogger logger, string target, DateTimeOffset startedAt, string role);
    }
}
