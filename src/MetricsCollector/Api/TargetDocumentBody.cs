using System.Text.Json;
using MetricsCollector.Postgres;
using MetricsCollector.Targets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api;

/// <summary>Reads the body of a request that names a target.</summary>
internal static class TargetDocumentBody
{
    /// <summary>One that would be read.</summary>
    public const string Example = """{ "connectionString": "postgres://metrics_collector@db1/postgres?sslmode=require", "preset": "standard", "labels": { "env": "prod" } }""";

    // What is wrong may be as long as the body; the front says where, the end says what to write.
    private const int ShownOfMessage = 200;

    /// <summary>The target that a body names; null with a problem that names every wrong field.</summary>
    public static (Target? Target, ProblemHttpResult? Refused) ToTarget(
        TargetDocument body, string name, ConnectionSource source, PostgresConnection? known = null)
    {
        var errors = new ParameterErrors();
        var target = body.ToTarget(name, source, (setting, message) => errors.Refuse(
            setting == "Name" ? "target" : ParameterTexts.Shown(JsonNamingPolicy.CamelCase.ConvertName(setting)), Shown(message.TrimEnd('.'))), known);
        return (target, errors.Problem());
    }

    private static string Shown(string message) => message.Length <= 2 * ShownOfMessage ? message : $"{message[..ShownOfMessage]}...{message[^ShownOfMessage..]}";
}
