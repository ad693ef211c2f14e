using Microsoft.AspNetCore.Http.HttpResults;

namespace MetricsCollector.Api.Http;

/// <summary>Gathers what is wrong with the parameters of a request, so that one answer names all of it.</summary>
internal sealed class ParameterErrors
{
    private readonly Dictionary<string, List<string>> _messages = new(StringComparer.Ordinal);
    private bool _badRequest;

    /// <summary>Whether something is wrong with a parameter.</summary>
    public bool Has(string parameter) => _messages.ContainsKey(parameter);

    /// <summary>Says what is wrong with a parameter, and what to write instead.</summary>
    public void Refuse(string parameter, string message)
    {
        _badRequest = true;
        Add(parameter, message);
    }

    /// <summary>Says that a parameter names something that does not exist.</summary>
    public void Missing(string parameter, string message) => Add(parameter, message);

    /// <summary>
    /// An RFC 9457 problem with every message under <c>errors</c>: status 404 when all that is wrong are names that do not exist,
    /// 400 otherwise; null when nothing is wrong.
    /// </summary>
    public ProblemHttpResult? Problem()
    {
        if (_messages.Count == 0)
        {
            return null;
        }

        return TypedResults.Problem(new HttpValidationProblemDetails(
            _messages.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal))
        {
            Status = _badRequest ? StatusCodes.Status400BadRequest : StatusCodes.Status404NotFound,
            Title = _badRequest ? "Wrong parameters" : "Not found",
            Detail = string.Join("; ", _messages.Select(pair => $"{pair.Key}: {string.Join("; ", pair.Value)}")) + ".",
        });
    }

    private void Add(string parameter, string message)
    {
        if (!_messages.TryGetValue(parameter, out var messages))
        {
            _messages.Add(parameter, messages = []);
        }

        messages.Add(message);
    }
}
