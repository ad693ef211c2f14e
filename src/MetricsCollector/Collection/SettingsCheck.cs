namespace MetricsCollector.Collection;

/// <summary>A part of the settings that has to be right before a change of them is used.</summary>
/// <param name="Validate">Reads that part anew; throws an <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> that says what is wrong.</param>
public sealed record SettingsCheck(Action Validate);
