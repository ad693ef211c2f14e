using System.Text;
using MetricsCollector.Telemetry;

namespace MetricsCollector.Commands.Reports;

/// <summary>What <c>check</c> prints: problems first, what is normal last and short.</summary>
internal static class CheckReport
{
    /// <summary>Of one target; empty when only problems are wanted and it has none.</summary>
    public static string Of(TargetCheck check, bool onlyProblems)
    {
        if (onlyProblems && check is { IsUp: true, Problems: [], Warnings: [], IsUnencrypted: false })
        {
            return string.Empty;
        }

        var text = new StringBuilder().AppendLine().AppendLine(PlainText.Line(check.Headline));
        if (!check.IsUp)
        {
            return text.ToString().TrimEnd();
        }

        foreach (var warning in check.Warnings)
        {
            text.AppendLine(PlainText.Line($"  warning: {warning}."));
        }

        var shown = onlyProblems ? check.Problems : [.. check.Problems, .. check.Good];
        if (shown.Count > 0)
        {
            text.Append(CollectionTable.Outcomes(shown));
        }

        if (!onlyProblems && check.NotForThisServer is { Count: > 0 } others)
        {
            var groups = others.GroupBy(snapshot => snapshot.Outcome.Reason)
                .Select(group => $"{string.Join(", ", group.Select(snapshot => snapshot.Metric))} ({group.Key})");
            text.AppendLine(PlainText.Line($"Not for this server, as is normal: {string.Join("; ", groups)}."));
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>Of all targets, in a line or two.</summary>
    /// <param name="checks">The targets.</param>
    /// <param name="store">The store.</param>
    /// <param name="ofSettings">How many warnings there are of the settings.</param>
    public static string Summary(IReadOnlyList<TargetCheck> checks, StoreCheck store, int ofSettings)
    {
        var text = new StringBuilder().AppendLine();
        var unencrypted = checks.Where(check => check.IsUnencrypted).Select(check => check.Collector.Target.Name).ToList();
        if (unencrypted.Count > 0)
        {
            text.AppendLine(PlainText.Line(
                $"Reached unencrypted: {string.Join(", ", unencrypted)}. Write SSL Mode=VerifyFull;Root Certificate=... "
                + "(or ?sslmode=verify-full&sslrootcert=...) in the connection string where the network is not yours alone."));
        }

        if (!store.IsGood)
        {
            text.AppendLine("The store cannot be used; targets that were named over the API were not checked.");
        }

        var problems = checks.Sum(check => check.Problems.Count);
        var warnings = checks.Sum(check => check.Warnings.Count) + unencrypted.Count + ofSettings;
        var down = checks.Where(check => !check.IsUp).Select(check => check.Collector.Target.Name).ToList();
        text.Append($"{checks.Count - down.Count} of {Quantity.Of(checks.Count, "target")} up")
            .Append(down.Count == 0 ? "; " : PlainText.Line($" (down: {string.Join(", ", down)}); "))
            .Append(problems switch
            {
                0 => "no metric needs anything",
                1 => "1 metric needs something",
                _ => $"{problems} metrics need something",
            })
            .Append(warnings == 0 ? string.Empty : $"; {Quantity.Of(warnings, "warning")}");
        return text.ToString();
    }
}
