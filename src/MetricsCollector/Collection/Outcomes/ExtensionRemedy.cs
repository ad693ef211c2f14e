using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;

namespace MetricsCollector.Collection.Outcomes;

/// <summary>What is missing before the extension that a metric needs can be read, with all steps at once.</summary>
internal static class ExtensionRemedy
{
    private const string Libraries = "shared_preload_libraries";

    /// <summary>What is missing; null when nothing is.</summary>
    public static string? For(ExtensionRequirement required, ServerFacts facts)
    {
        var unloaded = required.Preloaded && facts.PreloadedLibraries is { } libraries && !libraries.Contains(required.Name);
        if (!facts.Extensions.TryGetValue(required.Name, out var extension))
        {
            var create = $"CREATE EXTENSION {required.Name}";
            if (unloaded)
            {
                return $"the extension {required.Name} is neither loaded nor in database {facts.Database}; {Preload(required, facts)}, "
                    + $"then run in database {facts.Database}: {create}";
            }

            var unseen = required.Preloaded && facts.PreloadedLibraries is null;
            return $"the extension {required.Name} is not in database {facts.Database}; run there: {create}"
                + (unseen ? $" (it must also be in {Libraries}, which takes a restart)" : string.Empty);
        }

        if (unloaded)
        {
            return NotLoaded(required, facts);
        }

        if (required.MinVersion is { } min && VersionOf(extension.Version) < min)
        {
            return $"the extension {required.Name} is {extension.Version}, {min} is needed; {Update(required, facts)}";
        }

        return extension.SchemaUsable
            ? null
            : $"the extension {required.Name} is in a schema that this role may not use; "
                + $"run in database {facts.Database}: {Grants.Usage(extension.Schema, facts)}";
    }

    /// <summary>What to do about an extension that is in the database and not loaded.</summary>
    public static string NotLoaded(ExtensionRequirement required, ServerFacts facts) =>
        $"the extension {required.Name} is not loaded; {Preload(required, facts)}";

    /// <summary>What to do about an extension that is older than the server.</summary>
    public static string Update(ExtensionRequirement required, ServerFacts facts) =>
        $"run in database {facts.Database}: ALTER EXTENSION {required.Name} UPDATE";

    private static string Preload(ExtensionRequirement required, ServerFacts facts)
    {
        var wanted = (facts.PreloadedLibraries ?? [])
            .Append(required.Name)
            .Select(library => $"'{library.Replace("'", "''", StringComparison.Ordinal)}'");
        return facts.PreloadedLibraries is null
            ? $"add {required.Name} to {Libraries} and restart the server"
            : $"run: ALTER SYSTEM SET {Libraries} = {string.Join(", ", wanted)}; and restart the server";
    }

    // Extension versions are free text; what does not look like a version, such as 'unpackaged', counts as old.
    private static Version VersionOf(string text) =>
        Version.TryParse(text.Contains('.', StringComparison.Ordinal) ? text : $"{text}.0", out var version) ? version : new Version(0, 0);
}
