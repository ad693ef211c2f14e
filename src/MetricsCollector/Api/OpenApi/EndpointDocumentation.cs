using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;

namespace MetricsCollector.Api.OpenApi;

/// <summary>Says on an endpoint what <see cref="ParameterOperationFilter"/> tells Swagger.</summary>
internal static class EndpointDocumentation
{
    private const string ProblemJson = "application/problem+json";

    /// <summary>Declares the parameters of the endpoint.</summary>
    public static RouteHandlerBuilder WithParameters(
        this RouteHandlerBuilder endpoint, params IReadOnlyList<DeclaredParameter> parameters) =>
        endpoint.WithMetadata([.. parameters]);

    /// <summary>Shows an answer.</summary>
    public static RouteHandlerBuilder WithExample(this RouteHandlerBuilder endpoint, string json, int status = StatusCodes.Status200OK) =>
        endpoint.WithMetadata(new ResponseExample(status, json));

    /// <summary>Shows an answer that is no JSON.</summary>
    public static RouteHandlerBuilder WithTextExample(this RouteHandlerBuilder endpoint, string mediaType, string text) =>
        endpoint.WithMetadata(new ResponseExample(StatusCodes.Status200OK, text) { MediaType = mediaType });

    /// <summary>Shows a problem.</summary>
    public static RouteHandlerBuilder WithProblem(this RouteHandlerBuilder endpoint, int status, string title, string detail) => endpoint
        .ProducesProblem(status)
        .WithExample(
            new System.Text.Json.Nodes.JsonObject { ["title"] = title, ["status"] = status, ["detail"] = detail }.ToJsonString(), status);

    /// <summary>Declares an answer that comes as JSON and in every format of rows, and shows it.</summary>
    public static RouteHandlerBuilder ProducesFormats<T>(this RouteHandlerBuilder endpoint, RowsExample example) => endpoint
        .Produces<T>(StatusCodes.Status200OK, "application/json", [.. RowFormats.All.Select(format => format.MediaTypes[0])])
        .WithExample(example.Json)
        .WithMetadata(example);

    /// <summary>Declares the problem of an endpoint without parameters: some were given.</summary>
    public static RouteHandlerBuilder ProducesRefusal(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, ProblemJson).WithExample(
            """
            {
              "title": "Wrong parameters",
              "status": 400,
              "detail": "limit: is not a parameter of this request; none is allowed here.",
              "errors": { "limit": ["is not a parameter of this request; none is allowed here"] }
            }
            """,
            StatusCodes.Status400BadRequest);

    /// <summary>Declares the problems that every endpoint over the store can answer.</summary>
    public static RouteHandlerBuilder ProducesStoreProblems(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesParameterProblems()
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .WithExample(
            """{ "title": "The store cannot answer", "status": 503, "detail": "The store at db:5432 does not take connections." }""",
            StatusCodes.Status503ServiceUnavailable);

    /// <summary>Declares the problems of parameters: wrong ones, and names that do not exist.</summary>
    public static RouteHandlerBuilder ProducesParameterProblems(this RouteHandlerBuilder endpoint) => endpoint
        .Produces<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, ProblemJson)
        .Produces<HttpValidationProblemDetails>(StatusCodes.Status404NotFound, ProblemJson)
        .WithExample(
            """
            {
              "title": "Wrong parameters",
              "status": 400,
              "detail": "from: '6h' is a length of time, not an instant; write -6h for that long ago.",
              "errors": { "from": ["'6h' is a length of time, not an instant; write -6h for that long ago"] }
            }
            """,
            StatusCodes.Status400BadRequest)
        .WithExample(
            """
            {
              "title": "Not found",
              "status": 404,
              "detail": "metric: 'databse' is not known; did you mean 'database'? /api/v1/metrics lists all.",
              "errors": { "metric": ["'databse' is not known; did you mean 'database'? /api/v1/metrics lists all"] }
            }
            """,
            StatusCodes.Status404NotFound);
}
