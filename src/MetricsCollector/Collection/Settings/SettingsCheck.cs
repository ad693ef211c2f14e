namespace MetricsCollector.Collection.Settings;

/// <summary>A part of the settings that has to be right before a change of them is used.</summary>
/// <param name="Read">
/// Reads that part again and gives what puts it to use once all other parts are right too; throws an
/// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> that says what is wrong.
/// </param>
public sealed record SettingsCheck(Func<Action> Read);
