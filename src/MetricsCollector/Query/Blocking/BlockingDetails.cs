namespace MetricsCollector.Query.Blocking;

/// <summary>What is known of a session in the tree.</summary>
public sealed record BlockingDetails
{
    /// <summary>Its state; null where it is not known.</summary>
    public string? State { get; init; }

    /// <summary>Its role.</summary>
    public string? Role { get; init; }

    /// <summary>The name it gives itself.</summary>
    public string? Application { get; init; }

    /// <summary>Identifier of the statement that it runs or ran last; null where the server computes none.</summary>
    public string? QueryId { get; init; }

    /// <summary>Beginning of that statement; null where it is not known.</summary>
    public string? Query { get; init; }

    /// <summary>How long its transaction has been open, in seconds.</summary>
    public double? TransactionAge { get; init; }

    /// <summary>How long it has been in its state, in seconds.</summary>
    public double? StateAge { get; init; }
}
