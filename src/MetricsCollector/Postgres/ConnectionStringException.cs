namespace MetricsCollector.Postgres;

/// <summary>A connection string cannot be used.</summary>
/// <param name="message">What is wrong and what to write, without any part of the text: it may hold a password.</param>
internal sealed class ConnectionStringException(string message) : Exception(message);
