namespace MetricsCollector.Tests.Telemetry;

/// <summary>
/// For tests of what a service measures of itself: OpenTelemetry finds meters by their name in the whole process, so of two services in one
/// process each would show what the other counts.
/// </summary>
[CollectionDefinition(nameof(OneServiceAtATime), DisableParallelization = true)]
public sealed class OneServiceAtATime;
