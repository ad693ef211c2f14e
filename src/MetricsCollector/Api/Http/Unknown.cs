using MetricsCollector.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Http;

/// <summary>Answers a path that names something that does not exist.</summary>
internal static class Unknown
{
    /// <summary>A 404 problem that names the part of the path and the closest name there is.</summary>
    public static ProblemHttpResult Problem(string parameter, string name, IEnumerable<string> known)
    {
        var errors = new ParameterErrors();
        var shown = ParameterTexts.Shown(name);
        errors.Missing(parameter, $"'{shown}' is not known{NameSuggestions.Suggestion(shown, [.. known])}/api/v1/{parameter}s lists all");
        return errors.Problem()!;
    }
}
