using System.Text.RegularExpressions;
using MetricsCollector.Snapshots;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Targets;

/// <summary>Makes targets of the settings, and says everything that is wrong with them at once.</summary>
public static partial class TargetSettings
{
    private static readonly string[] Presets = ["minimal", "standard", "exhaustive"];

    /// <summary>Reads the targets.</summary>
    /// <param name="options">The section <c>Targets</c>.</param>
    /// <param name="environment">The environment; when no target is set, libpq's variables name one, as for psql.</param>
    /// <exception cref="OptionsValidationException">A target is wrong; every error with what to write instead.</exception>
    public static IReadOnlyList<Target> Read(IReadOnlyList<TargetOptions> options, IReadOnlyDictionary<string, string> environment)
    {
        if (options.Count == 0)
        {
            return LibpqEnvironment.Target(environment) is { } target ? [target] : [];
        }

        var errors = new List<string>();
        var targets = new List<Target>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < options.Count; i++)
        {
            var path = $"Targets:{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            if (ReadOne(options[i], path, names, errors) is { } target && options[i].Enabled)
            {
                targets.Add(target);
            }
        }

        return errors.Count == 0 ? targets : throw new OptionsValidationException(TargetOptions.Section, typeof(TargetOptions), errors);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
    private static partial Regex NameForm();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,62}$")]
    private static partial Regex LabelForm();

    private static Target? ReadOne(TargetOptions options, string path, HashSet<string> names, List<string> errors)
    {
        var before = errors.Count;
        if (!NameForm().IsMatch(options.Name))
        {
            errors.Add($"{path}:Name is '{options.Name}'; write 1 to 63 letters, digits, dots, dashes or underscores, such as 'orders-db'.");
        }
        else if (!names.Add(options.Name))
        {
            errors.Add($"{path}:Name '{options.Name}' stands twice; give each target a name of its own.");
        }

        foreach (var label in options.Labels.Keys.Where(label => !LabelForm().IsMatch(label) || label == "target"))
        {
            errors.Add($"{path}:Labels has '{label}'; write letters, digits and underscores, and not 'target', which is taken.");
        }

        foreach (var (glob, interval) in options.Intervals.Where(interval => interval.Value.Value < TimeSpan.FromSeconds(1)))
        {
            errors.Add($"{path}:Intervals:{glob} is {interval}; write at least 1s.");
        }

        if (!Presets.Contains(options.Preset, StringComparer.Ordinal))
        {
            errors.Add($"{path}:Preset is '{options.Preset}'; write minimal, standard or exhaustive.");
        }

        var connection = PostgresConnectionString.Parse(options.ConnectionString, out var error);
        if (connection is null)
        {
            errors.Add($"{path}:ConnectionString {error}");
        }
        else if (string.IsNullOrEmpty(connection.Host))
        {
            errors.Add($"{path}:ConnectionString names no host; write Host=...;Username=...;Database=... or postgres://user@host/database.");
        }

        return errors.Count == before
            ? new Target(options.Name, connection!)
            {
                Labels = LabelSet.Of(options.Labels),
                Preset = options.Preset,
                Metrics = new Globs([.. options.Metrics]),
                Databases = new Globs([.. options.Databases]),
                Intervals = [.. options.Intervals],
            }
            : null;
    }
}
