namespace MetricsCollector.Tests.Api;

/// <summary>Test classes that ask the same running service, one after the other.</summary>
[CollectionDefinition(nameof(CollectorApp))]
public sealed class CollectorAppCollection : ICollectionFixture<CollectorApp>;
