using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MetricsCollector.Postgres;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Targets;

/// <summary>A target as the API takes it and the store keeps it; what is left out has the default of the settings.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TargetDocument
{
    /// <summary>How it is written in the store.</summary>
    public static JsonSerializerOptions Json { get; } =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>
    /// How to reach it: <c>Host=...;Username=...;Database=...</c>, <c>host=... user=... dbname=...</c> or
    /// <c>postgres://user@host/database</c>. Never shown again; left out when a target is changed: the one it has.
    /// </summary>
    public string? ConnectionString { get; init; }

    /// <summary>What it is: <c>postgresql</c>. Default <c>postgresql</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Labels for people and dashboards.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Which databases, as globs; <c>!glob</c> takes out. All but a managed service's own when left out.</summary>
    public IReadOnlyList<string>? Databases { get; init; }

    /// <summary><c>minimal</c>, <c>standard</c> or <c>exhaustive</c>. Default <c>standard</c>.</summary>
    public string? Preset { get; init; }

    /// <summary>Which metrics, as globs; <c>+glob</c> adds to the preset, <c>!glob</c> takes out, any other list replaces it.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>How often, by glob over metric names, such as <c>{"database*": "30s"}</c>.</summary>
    public IReadOnlyDictionary<string, string>? Intervals { get; init; }

    /// <summary>Whether it is watched. Default true.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Makes the target; null with errors.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="source">What its connection string may draw on.</param>
    /// <param name="errors">Takes the field and what is wrong with it.</param>
    /// <param name="known">How to reach it, where that is known without a connection string.</param>
    public Target? ToTarget(string name, ConnectionSource source, Action<string, string> errors, PostgresConnection? known = null)
    {
        var options = new TargetOptions
        {
            Name = name,
            Kind = Kind ?? TargetKind.PostgreSqlName,
            ConnectionString = ConnectionString ?? string.Empty,
            Preset = Preset ?? "standard",
            Enabled = Enabled != false,
        };
        foreach (var (label, value) in Labels ?? new Dictionary<string, string>())
        {
            options.Labels[label] = value;
        }

        foreach (var glob in Databases ?? [])
        {
            options.Databases.Add(glob);
        }

        foreach (var glob in Metrics ?? [])
        {
            options.Metrics.Add(glob);
        }

        var readable = true;
        foreach (var (glob, text) in Intervals ?? new Dictionary<string, string>())
        {
            if (Duration.TryParse(text, CultureInfo.InvariantCulture, out var interval))
            {
                options.Intervals[glob] = interval;
            }
            else
            {
                readable = false;
                errors($"Intervals:{glob}", $"is '{text}'; write {Duration.Forms}.");
            }
        }

        var target = TargetSettings.ReadOne(options, TargetOrigin.Api, source, errors, known);
        return readable ? target : null;
    }
}
