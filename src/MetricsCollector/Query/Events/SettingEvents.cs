using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Events;

/// <summary>Settings that changed: numbers and switches in <c>settings</c>, texts in <c>setting_texts</c>.</summary>
internal sealed class SettingEvents : IEventSource
{
    private const string Numbers = "settings";
    private const string Texts = "setting_texts";
    private const string Name = "name";
    private const string Value = "value";

    // Nobody sets it: it says what promoted and demoted tell.
    private const string Role = "in_hot_standby";

    /// <inheritdoc />
    public IReadOnlyList<EventKind> Kinds { get; } = [EventKind.SettingChanged];

    /// <inheritdoc />
    public async Task<IEnumerable<TargetEvent>> FindAsync(EventReadings readings, CancellationToken cancellationToken)
    {
        var numbers = new List<(string Target, string Name, Sample Before, Sample After)>();
        await foreach (var setting in readings.SamplesAsync(Numbers, Value, cancellationToken))
        {
            if (setting.Series.Labels[Name] == Role)
            {
                continue;
            }

            numbers.AddRange(Moves(setting.WithEnds())
                .Select(move => (setting.Series.Target, setting.Series.Labels[Name] ?? string.Empty, move.Before, move.After)));
        }

        var units = numbers.Count == 0 ? null : await readings.AttributesAsync(Numbers, Name, "unit", cancellationToken);
        var found = numbers.ConvertAll(change => Event(
            change.Target, change.Name, change.Before.At, change.After.At, Text(change, change.Before), Text(change, change.After)));
        var history = new RowHistory(Name, Value);
        await foreach (var text in readings.SamplesAsync(Texts, "in_force", cancellationToken))
        {
            history.Add(text);
        }

        found.AddRange(history.Changes()
            .Select(change => Event(change.Target, change.Subject, change.After, change.At, change.Old!, change.New!)));
        return found;

        string Text((string Target, string Name, Sample, Sample) change, Sample sample) =>
            SettingText.Of(sample.Value!.Value, units!.GetValueOrDefault((change.Target, change.Name)));
    }

    /// <summary>Where a value became another one; values that were not shown count for nothing.</summary>
    public static IEnumerable<(Sample Before, Sample After)> Moves(IReadOnlyList<Sample> samples)
    {
        var shown = samples.Where(sample => sample.Value is not null).ToList();
        return shown.Zip(shown.Skip(1)).Where(pair => pair.First.Value != pair.Second.Value);
    }

    private static TargetEvent Event(string target, string name, DateTimeOffset after, DateTimeOffset at, string old, string now) =>
        new(at, after, target, EventKind.SettingChanged, $"The setting {name} was changed from {Shown(old)} to {Shown(now)}.")
        {
            Subject = name,
            Old = old,
            New = now,
        };

    private static string Shown(string text) => $"'{text}'";
}
