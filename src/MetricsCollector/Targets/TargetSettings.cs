using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using MetricsCollector.Postgres;
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
            var wrong = new List<string>();
            var named = LibpqEnvironment.Target(environment, wrong.Add);
            return wrong.Count > 0
                ? throw new OptionsValidationException(TargetOptions.Section, typeof(TargetOptions), wrong)
                : named is null ? [] : [named];
        }

        var source = new ConnectionSource(environment, Files: true);
        var errors = new List<string>();
        var targets = new List<Target>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < options.Count; i++)
        {
            var path = $"Targets:{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            var target = ReadOne(
                options[i], TargetOrigin.Settings, source,
                (setting, message) => errors.Add($"{path}:{setting} {message}"));
            if (options[i].Name.Length > 0 && !names.Add(options[i].Name))
            {
                errors.Add($"{path}:Name '{options[i].Name}' is used twice; give each target a name of its own.");
            }

            if (target is not null && options[i].Enabled)
            {
                targets.Add(target);
            }
        }

        return errors.Count == 0 ? targets : throw new OptionsValidationException(TargetOptions.Section, typeof(TargetOptions), errors);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\\z")]
    private static partial Regex NameForm();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,62}\\z")]
    private static partial Regex LabelForm();

    /// <summary>Reads one target.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="origin">Who named it.</param>
    /// <param name="source">What its connection string may draw on.</param>
    /// <param name="errors">Takes the setting and what is wrong with it, with what to write instead.</param>
    /// <param name="known">How to reach it, where that is known without a connection string.</param>
    /// <returns>The target; null with errors.</returns>
    internal static Target? ReadOne(
        TargetOptions options, TargetOrigin origin, ConnectionSource source,
        Action<string, string> errors, PostgresConnection? known = null)
    {
        var good = true;
        if (!NameForm().IsMatch(options.Name))
        {
            Refuse("Name", $"is '{options.Name}'; write 1 to 63 letters, digits, dots, dashes or underscores, such as 'orders-db'.");
        }

        var kind = TargetKind.Find(options.Kind);
        if (kind is null)
        {
            Refuse("Kind", $"{TargetKind.Problem(options.Kind)}.");
        }

        foreach (var label in options.Labels.Keys.Where(label => !LabelForm().IsMatch(label) || label == "target"))
        {
            Refuse("Labels", $"has '{label}'; write letters, digits and underscores, and not 'target', which is taken.");
        }

        foreach (var label in options.Labels
            .Where(label => label.Value is null || HasControlCharacters(label.Value))
            .Select(label => label.Key))
        {
            Refuse($"Labels:{label}", "is null or has control characters; write a text without them.");
        }

        (string Setting, IEnumerable<string> Globs)[] globs =
        [
            ("Metrics", options.Metrics),
            ("Databases", options.Databases),
            ("Intervals", options.Intervals.Keys),
        ];
        foreach (var (setting, list) in globs)
        {
            if (list.Any(glob => glob is null))
            {
                Refuse(setting, "has an empty element; write globs, or leave it out.");
            }
            else if (list.Any(HasControlCharacters))
            {
                Refuse(setting, "has a glob with control characters; leave them out.");
            }
        }

        foreach (var (glob, interval) in options.Intervals.Where(interval => interval.Value.Value < TimeSpan.FromSeconds(1)))
        {
            Refuse($"Intervals:{glob}", $"is {interval}; write at least 1s.");
        }

        if (!Presets.Contains(options.Preset, StringComparer.Ordinal))
        {
            Refuse("Preset", $"is '{options.Preset}'; write minimal, standard or exhaustive.");
        }

        string? error = null;
        var connection = known ?? ConnectionString.Read(options.ConnectionString, source, out error);
        if (connection is null)
        {
            Refuse("ConnectionString", error!);
        }
        else if (connection.Settings.Multiplexing)
        {
            Refuse("ConnectionString", "has Multiplexing=true, which a target cannot have: it has one connection. Leave it out.");
        }

        return !good ? null : new Target(options.Name, connection!)
        {
            Kind = kind!,
            Labels = LabelSet.Of(options.Labels),
            Preset = options.Preset,
            Metrics = new Globs([.. options.Metrics]),
            Databases = new Globs([.. options.Databases]),
            Intervals = [.. options.Intervals],
            Enabled = options.Enabled,
            Origin = origin,
            Version = VersionOf(options, origin),
        };

        void Refuse(string setting, string message)
        {
            good = false;
            errors(setting, message);
        }
    }

    // Neither store keeps every one of them (PostgreSQL has no NUL), and terminals and logs would act on them.
    private static bool HasControlCharacters(string text) => text.Any(char.IsControl);

    // A hash, so that nothing of a password stays in sight.
    private static string VersionOf(TargetOptions options, TargetOrigin origin) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            origin,
            options.Name,
            options.Kind,
            options.ConnectionString,
            Labels = options.Labels.OrderBy(label => label.Key, StringComparer.Ordinal),
            options.Databases,
            options.Preset,
            options.Metrics,
            Intervals = options.Intervals.Select(interval => new { interval.Key, interval.Value.Value }),
        })));
}
