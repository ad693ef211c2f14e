using System.Text.Json;
using MetricsCollector.Api.Http;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Postgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Targets;

/// <summary>Reads the body of a request that names a target.</summary>
internal static class TargetDocumentBody
{
    /// <summary>One that would be read.</summary>
    public const string Example =
        """{ "connectionString": "postgres://metrics_collector@db1/postgres?sslmode=require","""
        + """ "preset": "standard", "labels": { "env": "prod" } }""";

    // What is wrong may be as long as the body; the front says where, the end says what to write.
    private const int ShownOfMessage = 200;

    /// <summary>The target that a body names; null with a problem that names every wrong field.</summary>
    public static (Target? Target, ProblemHttpResult? Refused) ToTarget(
        TargetDocument body, string name, MetricCatalog catalog, ConnectionSource source, PostgresConnection? known = null)
    {
        var errors = new ParameterErrors();
        CheckGlobs("metrics", body.Metrics ?? [], catalog, errors);
        CheckGlobs("intervals", body.Intervals?.Keys ?? [], catalog, errors);
        var target = body.ToTarget(name, source, Refuse, known);
        return (target, errors.Problem());

        void Refuse(string setting, string message) => errors.Refuse(
            setting == "Name" ? "target" : ParameterTexts.Shown(JsonNamingPolicy.CamelCase.ConvertName(setting)),
            Shown(message.TrimEnd('.')));
    }

    private static void CheckGlobs(string field, IEnumerable<string> globs, MetricCatalog catalog, ParameterErrors errors)
    {
        var problems = globs.Where(glob => !string.IsNullOrEmpty(glob)).Select(glob => MetricGlobs.Problem(glob, catalog));
        if (problems.FirstOrDefault(problem => problem is not null) is { } wrong)
        {
            errors.Refuse(field, wrong.TrimEnd('.'));
        }
    }

    private static string Shown(string message)
    {
        if (message.Length <= 2 * ShownOfMessage)
        {
            return message;
        }

        var end = message[^ShownOfMessage..];
        return $"{Excerpt.Of(message, ShownOfMessage)}{(char.IsLowSurrogate(end[0]) ? end[1..] : end)}";
    }
}
