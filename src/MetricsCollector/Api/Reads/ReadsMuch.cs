namespace MetricsCollector.Api.Reads;

/// <summary>Says on an endpoint that its requests take turns (<see cref="ReadTurns"/>).</summary>
/// <param name="Kind">What it reads.</param>
internal sealed record ReadsMuch(ReadKind Kind);
