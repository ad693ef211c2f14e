namespace MetricsCollector.Collection.Collections;

/// <summary>A connection to a target can no longer be used: what the driver threw is of a kind that says nothing of its state.</summary>
internal sealed class ConnectionLostException(string message, Exception inner) : Exception(message, inner);
