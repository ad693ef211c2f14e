using System.Text.Json;

namespace MetricsCollector.Api.Http;

/// <summary>A parameter of an endpoint: what <see cref="Parameters"/> accepts and what Swagger says of it, in one place.</summary>
/// <param name="Name">Its name in the URL.</param>
/// <param name="Kind">What its text has to be.</param>
/// <param name="Description">What it does, with examples, for people.</param>
internal sealed record DeclaredParameter(string Name, ParameterKind Kind, string Description)
{
    /// <summary>Whether it has to be given.</summary>
    public bool Required { get; init; }

    /// <summary>Whether it may be given more than once.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Whether it is a part of the path.</summary>
    public bool InPath { get; init; }

    /// <summary>Whether it is a header.</summary>
    public bool InHeader { get; init; }

    /// <summary>What counts when it is not given; null when that is nothing.</summary>
    public string? Default { get; init; }

    /// <summary>What Swagger UI fills in: something that every collector can answer.</summary>
    public string? Example { get; init; }

    /// <summary>The words of a <see cref="ParameterKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The smallest <see cref="ParameterKind.Integer"/>.</summary>
    public int Minimum { get; init; }

    /// <summary>The greatest <see cref="ParameterKind.Integer"/>.</summary>
    public int Maximum { get; init; } = int.MaxValue;

    /// <summary>A choice between the values of an enumeration, in camelCase.</summary>
    public static DeclaredParameter ChoiceOf<T>(string name, string description)
        where T : struct, Enum =>
        new(name, ParameterKind.Choice, description) { Choices = [.. Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)] };
}
