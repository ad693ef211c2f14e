using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection;

/// <content>What it notes of a pass, and tells the log once per change.</content>
public sealed partial class TargetCollector
{
    private void Note(CollectionPass pass)
    {
        var before = _state;
        var after = before.After(pass, _runner.Facts);
        _state = after;
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

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Target {Target} is up: PostgreSQL {Version}, {Role}")]
        public static partial void Up(ILogger logger, string target, string version, string role);

        [LoggerMessage(2, LogLevel.Warning, "Target {Target} is down: {Reason}")]
        public static partial void Down(ILogger logger, string target, string reason);

        [LoggerMessage(3, LogLevel.Information, "Target {Target}, metric {Metric} is now {Outcome}: {Reason}")]
        public static partial void OutcomeChanged(ILogger logger, string target, string metric, OutcomeStatus outcome, string? reason);
    }
}
