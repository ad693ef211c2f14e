using System.Globalization;
using MetricsCollector.Catalog;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection;

/// <summary>Whether a server can be asked for a metric at all.</summary>
public static class Applicability
{
    /// <summary>The file to ask with, or the reason why not and its remedy.</summary>
    public static (MetricFile? File, Outcome? Skipped) Choose(MetricDefinition metric, ServerFacts facts)
    {
        if (metric.FileFor(facts.Major) is not { } file)
        {
            var versions = string.Join(" or ", metric.Files.Select(candidate => candidate.Postgres.ToString()));
            return (null, Outcome.Skipped($"needs PostgreSQL {versions}; this server is {facts.Version}"));
        }

        if (file.Role != ServerRole.Any && facts.InRecovery != (file.Role == ServerRole.Standby))
        {
            return (null, Outcome.Skipped(facts.InRecovery ? "for primaries; this server is a standby" : "for standbys; this server is a primary"));
        }

        if (file.Privilege is { } role && !facts.PredefinedRoles.Contains(role))
        {
            return (null, Outcome.Skipped($"shows nothing without the rights of {role}; run: {Grants.OfRole(role, facts)}"));
        }

        return file.Requires is { } required && Missing(required, facts) is { } reason ? (null, Outcome.Skipped(reason)) : (file, null);
    }

    private static string? Missing(ExtensionRequirement required, ServerFacts facts)
    {
        if (!facts.Extensions.TryGetValue(required.Name, out var extension))
        {
            return $"the extension {required.Name} is not in database {facts.Database}; run there: CREATE EXTENSION {required.Name}";
        }

        return required.MinVersion is { } min && VersionOf(extension.Version) < min
            ? $"the extension {required.Name} is {extension.Version}, {min} is needed; run in database {facts.Database}: ALTER EXTENSION {required.Name} UPDATE"
            : null;
    }

    // Extension versions are free text; what does not look like a version, such as 'unpackaged', counts as old.
    private static Version VersionOf(string text) =>
        Version.TryParse(text.Contains('.', StringComparison.Ordinal) ? text : string.Create(CultureInfo.InvariantCulture, $"{text}.0"), out var version)
            ? version
            : new Version(0, 0);
}
