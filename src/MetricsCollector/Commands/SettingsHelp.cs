using System.Reflection;
using System.Text;

namespace MetricsCollector.Commands;

/// <summary>What <c>serve --help</c> says of the settings.</summary>
internal static class SettingsHelp
{
    private const int NameWidth = 33;

    private const string Intro =
        """
        Settings come from appsettings.json (beside the program, then in the working directory), the environment (Collection__Interval=20s)
        and the command line (--Collection:Interval=20s); later ones win. N is a number from 0, NAME any name. Durations are 100ms, 15s, 1m,
        2h, 30d.

        Example:
          metrics-collector serve --urls http://localhost:5081 --Collection:Interval=20s \
            --Targets:0:Name=db1 \
            --Targets:0:ConnectionString='postgres://metrics_collector@db1/postgres?sslmode=require&passfile=/etc/metrics-collector/pgpass'

        """;

    /// <summary>Defaults of settings that .NET's host reads.</summary>
    internal static readonly IReadOnlyDictionary<string, string> DefaultsOfHost = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["urls"] = CollectorHost.DefaultUrl,
        ["Logging:LogLevel:NAME"] = "Information",
    };

    /// <summary>Every setting with its meaning, in groups; a line without a meaning is the name of a group.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> Lines { get; } = Read();

    /// <summary>The text; options that nobody has described yet come last, with their defaults alone.</summary>
    public static string Text
    {
        get
        {
            var defaults = CollectorSettings.Schema.Settings.Select(setting => (setting.Name, setting.Default))
                .Concat(DefaultsOfHost.Select(setting => (Name: setting.Key, Default: (string?)setting.Value)))
                .ToDictionary(setting => setting.Name, setting => setting.Default, StringComparer.Ordinal);
            List<string> others = [.. defaults.Keys.Except(Lines.Select(line => line.Name), StringComparer.Ordinal)];
            return new StringBuilder(Intro)
                .AppendJoin(
                    Environment.NewLine,
                    Lines.Select(line => line.Meaning.Length == 0 ? Group(line.Name) : Setting(line.Name, line.Meaning, defaults)))
                .Append(others.Count == 0 ? string.Empty : Environment.NewLine + Group("Others") + Environment.NewLine)
                .AppendJoin(Environment.NewLine, others.Select(name => Setting(name, string.Empty, defaults)))
                .AppendLine().AppendLine().Append("What each of them does in detail: docs/settings.md.").ToString();
        }
    }

    private static string Group(string name) => $"{Environment.NewLine}{name}:";

    private static string Setting(string name, string meaning, Dictionary<string, string?> defaults)
    {
        var tellsDefault = defaults.GetValueOrDefault(name) is not null && !meaning.Contains("default:", StringComparison.Ordinal);
        return $"  {name.PadRight(NameWidth - 1)} {meaning}{(tellsDefault ? $" [default: {defaults[name]}]" : string.Empty)}";
    }

    private static List<(string Name, string Meaning)> Read()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Commands/settings.txt")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split("  ", 2, StringSplitOptions.TrimEntries))
            .Select(parts => (parts[0], parts.ElementAtOrDefault(1) ?? string.Empty))];
    }
}
