using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Rows;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;

namespace MetricsCollector.Collection.Outcomes;

/// <summary>Whether a server can be asked for a metric at all.</summary>
public static class MetricEligibility
{
    /// <summary>The file to ask with, or the reason why not and its remedy.</summary>
    public static (MetricFile? File, Outcome? Skipped) Choose(MetricDefinition metric, ServerFacts facts)
    {
        if (metric.FileFor(facts.Major) is not { } file)
        {
            var versions = string.Join(" or ", metric.Files.Select(candidate => candidate.Postgres.ToString()));
            return (null, Outcome.Skipped($"{IneligibleServer.Version}{versions}; this server is {facts.Version}"));
        }

        if (file.Role != ServerRole.Any && facts.InRecovery != (file.Role == ServerRole.Standby))
        {
            return (null, Outcome.Skipped(
                facts.InRecovery
                    ? $"{IneligibleServer.Primaries}this server is a standby"
                    : $"{IneligibleServer.Standbys}this server is a primary"));
        }

        if (LacksPrivilege(file, facts) is { } lacking)
        {
            return (null, lacking);
        }

        return file.Requires is { } required && ExtensionRemedy.For(required, facts) is { } reason
            ? (null, Outcome.Skipped(reason))
            : (file, null);
    }

    /// <summary>Whether a metric is for servers of this version and role.</summary>
    public static bool IsForServer(MetricDefinition metric, ServerFacts facts) =>
        metric.FileFor(facts.Major) is { } file
        && (file.Role == ServerRole.Any || facts.InRecovery == (file.Role == ServerRole.Standby));

    /// <summary>Why a role is shown nothing, or wrong numbers; null when it sees what the metric reads.</summary>
    public static Outcome? LacksPrivilege(MetricFile file, ServerFacts facts) =>
        file.Privilege is { } role && !facts.PredefinedRoles.Contains(role)
            ? Outcome.Skipped($"shows nothing without the rights of {role}; run: {Grants.OfRole(role, facts)}")
            : null;

    /// <summary>Whether a metric is for another version or for the other role, so that nothing is to be done about it.</summary>
    public static bool IsForOthers(MetricDefinition metric, ServerFacts facts) =>
        metric.FileFor(facts.Major) is not { } file
        || (file.Role != ServerRole.Any && facts.InRecovery != (file.Role == ServerRole.Standby));

    /// <summary>What is left out of a metric because our role may not see it, and why.</summary>
    public static IReadOnlyList<WithheldField> Withheld(MetricFile file, ServerFacts facts) =>
    [
        .. file.FieldPrivileges
            .Where(privilege => !facts.PredefinedRoles.Contains(privilege.Role))
            .Select(privilege => new WithheldField(
                privilege.Field,
                (privilege.Field == FieldPrivilege.Rows ? "some rows are hidden" : $"{privilege.Field} is not shown")
                    + $" without the rights of {privilege.Role}; run: {Grants.OfRole(privilege.Role, facts)}")),
    ];

    /// <summary>Why a metric has no rows, where a setting is why; null when no setting is.</summary>
    public static string? SettingInTheWay(MetricFile file, ServerFacts facts) => file.Settings
        .Where(setting => facts.Settings.TryGetValue(setting.Name, out var value) && !setting.Values.Contains(value))
        .Select(setting =>
            $"{setting.Name} is {facts.Settings[setting.Name]}: nothing is counted; set it to {string.Join(" or ", setting.Values)}")
        .FirstOrDefault();
}
