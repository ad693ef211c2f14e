using MetricsCollector.Collection.Settings;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Targets;

/// <summary>
/// Texts of statements that come with other metrics than <c>statement_texts</c>: who turns that off wants none of them kept.
/// </summary>
internal static class StatementTexts
{
    private const string Metric = "statement_texts";

    // By metric, the attributes that hold texts as clients sent them.
    private static readonly Dictionary<string, string[]> Texts = new(StringComparer.Ordinal)
    {
        ["lock_waits"] = ["blocked_query", "blocker_query"],
        ["sessions"] = ["query"],
    };

    /// <summary>Whether a target's texts are kept: unless the settings turn them off, or take <c>statement_texts</c> out.</summary>
    public static bool AreStored(Target target, CollectionOptions options) =>
        options.StatementTexts == OnOff.On && target.Metrics.Choose(Metric, otherwise: true);

    /// <summary>The snapshot without texts.</summary>
    public static Snapshot TakeOut(Snapshot snapshot) => !Texts.TryGetValue(snapshot.Metric, out var names)
        ? snapshot
        : snapshot with
        {
            Rows =
            [
                .. snapshot.Rows.Select(row => row.Attributes is null ? row : row with
                {
                    Attributes = row.Attributes.Where(text => !names.Contains(text.Key)).ToDictionary(StringComparer.Ordinal),
                }),
            ],
        };
}
