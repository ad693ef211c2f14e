using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection;

/// <content>What it notes of a pass, and tells the log once per change.</content>
public sealed partial class TargetCollector
{
    private void Note(CollectionPass pass)
    {
        var before = _state;
        var after = before.After(pass, _runner.Facts) with { Server = pass.Unreachable is null ? _runner.Server : before.Server };
        _state = after;
        NoteServer(before, after);
        if (after.Status != before.Status)
        {
            if (after.Status == TargetStatus.Up)
            {
                Log.Up(_logger, Target.Name, after.Facts!.Version, after.Facts.InRecovery ? "standby" : "primary");
            }
            else
            {
                Log.Down(_logger, Target.Name, after.Reason!);
            }
        }

        foreach (var snapshot in pass.Snapshots.Where(snapshot => pass.Unreachable is null && snapshot.Outcome != before.Outcomes.GetValueOrDefault(snapshot.Metric, Outcome.Ok)))
        {
            Log.OutcomeChanged(_logger, Target.Name, snapshot.Metric, snapshot.Outcome.Status, snapshot.Outcome.Reason);
        }
    }

    // The start tells servers apart, also behind one name; the address tells which of several it is now.
    private void NoteServer(TargetState before, TargetState after)
    {
        if (before.Facts is not { } known || after.Facts is not { } facts || known.StartedAt == facts.StartedAt)
        {
            return;
        }

        var role = facts.InRecovery ? "standby" : "primary";
        if (before.Server is { } server && after.Server is { } another && server != another)
        {
            Log.Moved(_logger, Target.Name, another, role, server);
        }
        else
        {
            Log.StartedAnew(_logger, Target.Name, facts.StartedAt, role);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Target {Target} is up: PostgreSQL {Version}, {Role}")]
        public static partial void Up(ILogger logger, string target, string version, string role);

        [LoggerMessage(2, LogLevel.Warning, "Target {Target} is down: {Reason}")]
        public static partial void Down(ILogger logger, string target, string reason);

        [LoggerMessage(3, LogLevel.Information, "Target {Target}, metric {Metric} is now {Outcome}: {Reason}")]
        public static partial void OutcomeChanged(ILogger logger, string target, string metric, OutcomeStatus outcome, string? reason);

        [LoggerMessage(4, LogLevel.Warning, "Target {Target} leads to another server: {Server}, {Role}; before it was {Before}")]
        public static partial void Moved(ILogger logger, string target, string server, string role, string before);

        [LoggerMessage(5, LogLevel.Information, "Target {Target} is answered by a server that was started at {StartedAt:O}, {Role}: it was started anew, or another took its place")]
        public static partial void StartedAnew(ILogger logger, string target, DateTimeOffset startedAt, string role);
    }
}
