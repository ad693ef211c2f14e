using MetricsCollector.Api.Formats.Csv;
using MetricsCollector.Api.Formats.Ndjson;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;

namespace MetricsCollector.Api.Formats;

/// <summary>The formats of answers beside JSON; <c>format=</c> chooses, else the Accept header, else it is JSON.</summary>
internal static class RowFormats
{
    private const string Json = "json";

    /// <summary>All of them; a new format is registered here.</summary>
    public static IReadOnlyList<IRowFormat> All { get; } =
    [
        new CsvFormat(),
        new NdjsonFormat(),
    ];

    /// <summary>The parameter.</summary>
    public static DeclaredParameter Parameter { get; } = new(
        "format",
        ParameterKind.Choice,
        $"How the answer is written: `{Json}`{string.Concat(All.Select(format => $", `{format.Name}` ({format.Description})"))}. "
        + $"What the `Accept` header asks for when left out, `{Json}` when that says nothing.")
    {
        Choices = [Json, .. All.Select(format => format.Name)],
    };

    /// <summary>Chooses; null is JSON.</summary>
    public static IRowFormat? Of(Parameters parameters, HttpRequest request)
    {
        if (parameters.Choice(Parameter) is { } chosen)
        {
            return All.FirstOrDefault(format => format.Name == chosen);
        }

        foreach (var type in request.GetTypedHeaders().Accept.OrderByDescending(type => type.Quality ?? 1))
        {
            var mediaType = type.MediaType.Value?.ToLowerInvariant();
            if (mediaType is "application/json" or "*/*" or "application/*")
            {
                return null;
            }

            if (All.FirstOrDefault(format => format.MediaTypes.Contains(mediaType)) is { } accepted)
            {
                return accepted;
            }
        }

        return null;
    }
}
