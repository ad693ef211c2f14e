namespace MetricsCollector.Storage;

/// <summary>A collector that works on the store.</summary>
/// <param name="Name">Its name, <c>Collection:Name</c>.</param>
/// <param name="Targets">How many targets it holds.</param>
/// <param name="Self">Whether it is the one that answers.</param>
internal sealed record CollectorPresence(string Name, int Targets, bool Self);
