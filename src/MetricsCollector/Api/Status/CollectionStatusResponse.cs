using System.Text.Json.Serialization;

namespace MetricsCollector.Api.Status;

/// <summary>How collecting goes.</summary>
/// <param name="Metrics">How many metrics the catalog has.</param>
/// <param name="LastCollectionAt">When the last collection from any target started; null before the first.</param>
/// <param name="MaxLatenessMs">The longest that the last scheduled collection of a target started after its tick.</param>
/// <param name="LatenessMs">How late scheduled collections began; without the first of a target, which has no tick, and those over targets
/// that did not answer before.</param>
/// <param name="Collections">Scheduled collections that began since the start.</param>
/// <param name="SkippedTicks">Ticks that went by while the collection before still ran, of targets that answer, since the start.</param>
/// <param name="SettingsLoadedAt">When the settings in use were read.</param>
internal sealed record CollectionStatusResponse(
    int Metrics,
    [property: JsonPropertyName("lastPassAt")] DateTimeOffset? LastCollectionAt,
    double MaxLatenessMs,
    LatenessResponse LatenessMs,
    [property: JsonPropertyName("passes")] long Collections,
    long SkippedTicks,
    DateTimeOffset SettingsLoadedAt);
