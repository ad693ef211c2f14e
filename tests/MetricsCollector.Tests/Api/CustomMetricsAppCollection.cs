namespace MetricsCollector.Tests.Api;

/// <summary>Test classes that ask the service with metric files of its own, one after the other.</summary>
[CollectionDefinition(nameof(CustomMetricsApp))]
public sealed class CustomMetricsAppCollection : ICollectionFixture<CustomMetricsApp>;
