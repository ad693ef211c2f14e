namespace MetricsCollector.Storage;

/// <summary>The store cannot answer now; the message says why, without secrets.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
