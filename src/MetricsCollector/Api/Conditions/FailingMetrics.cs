using MetricsCollector.Collection.Targets;

namespace MetricsCollector.Api.Conditions;

/// <summary>
/// Metrics that fail in every collection, of targets that answer. Without them the collector does not do what it is asked for, so they
/// change its state, and not <c>readyz</c>: restarting it would mend nothing.
/// </summary>
/// <param name="collectors">The targets.</param>
internal sealed class FailingMetrics(TargetCollectors collectors)
{
    // Those of one target that a reason names.
    private const int MostNamed = 5;

    /// <summary>One condition for each metric.</summary>
    public IEnumerable<ConditionResponse> Read() =>
        from collector in collectors.All
        from failing in Of(collector)
        select new ConditionResponse(
            "metricFailing", collector.Target.Name, failing.Metric, failing.Failure.Since, failing.Failure.CollectedAt,
            Message(failing.Failure));

    /// <summary>One reason for each target that has such metrics.</summary>
    public IEnumerable<string> Reasons()
    {
        foreach (var collector in collectors.All)
        {
            var failing = Of(collector);
            if (failing is [var only])
            {
                yield return $"target {collector.Target.Name}, metric {only.Metric}: {Message(only.Failure)}";
            }
            else if (failing.Count > 0)
            {
                var more = failing.Count > MostNamed ? FormattableString.Invariant($" and {failing.Count - MostNamed} more") : string.Empty;
                var named = string.Join(", ", failing.Take(MostNamed).Select(one => one.Metric));
                yield return $"target {collector.Target.Name}: the metrics {named}{more} failed whenever they were collected; "
                    + "conditions say why";
            }
        }
    }

    private static List<(string Metric, MetricFailure Failure)> Of(TargetCollector collector)
    {
        var state = collector.State;
        return state.Status != TargetStatus.Up
            ? []
            : [.. state.Failures
                .Where(failure => failure.Value.IsLasting && collector.Plan.Metrics.ContainsKey(failure.Key))
                .OrderBy(failure => failure.Key, StringComparer.Ordinal)
                .Select(failure => (failure.Key, failure.Value))];
    }

    private static string Message(MetricFailure failure) =>
        (failure.Times == 1 ? "it failed: " : FormattableString.Invariant($"it failed in its last {failure.Times} collections: "))
        + (failure.Outcome.Reason ?? "no reason was given");
}
