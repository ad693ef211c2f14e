namespace MetricsCollector.Api.Conditions;

/// <summary>What a rule found in a snapshot.</summary>
/// <param name="Message">What is the matter, with the numbers.</param>
/// <param name="Subject">The database or slot that it is about; null when it is about the whole server.</param>
/// <param name="Since">Since when, where the snapshot says it.</param>
internal sealed record Condition(string Message, string? Subject = null, DateTimeOffset? Since = null);
