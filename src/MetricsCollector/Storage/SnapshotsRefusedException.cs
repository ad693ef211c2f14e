namespace MetricsCollector.Storage;

/// <summary>The store answered and will never take this data; the message says why, without secrets.</summary>
public sealed class SnapshotsRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
