using MetricsCollector.Api.Http;

namespace MetricsCollector.Api.Formats;

/// <summary>Chooses the format of an answer: by <c>format=</c>, else by the Accept header, else JSON.</summary>
internal static class FormatChoice
{
    /// <summary>Media type of CSV.</summary>
    public const string Csv = "text/csv";

    /// <summary>Media type of NDJSON.</summary>
    public const string Ndjson = "application/x-ndjson";

    /// <summary>The parameter.</summary>
    public static DeclaredParameter Parameter { get; } = DeclaredParameter.ChoiceOf<AnswerFormat>(
        "format", "How the answer is written: `json`, `csv` (one line for each row or point), or `ndjson` (one item in each line). What the `Accept` header asks for when left out, `json` when that says nothing.");

    /// <summary>Chooses.</summary>
    public static AnswerFormat Of(Parameters parameters, HttpRequest request)
    {
        if (parameters.Choice<AnswerFormat>(Parameter) is { } chosen)
        {
            return chosen;
        }

        foreach (var type in request.GetTypedHeaders().Accept.OrderByDescending(type => type.Quality ?? 1))
        {
            switch (type.MediaType.Value?.ToLowerInvariant())
            {
                case "application/json" or "*/*" or "application/*":
                    return AnswerFormat.Json;
                case Csv:
                    return AnswerFormat.Csv;
                case Ndjson or "application/jsonl" or "application/ndjson":
                    return AnswerFormat.Ndjson;
            }
        }

        return AnswerFormat.Json;
    }
}
