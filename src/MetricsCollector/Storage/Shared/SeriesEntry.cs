namespace MetricsCollector.Storage.Shared;

/// <summary>What the writer knows of one series.</summary>
internal sealed class SeriesEntry
{
    /// <summary>
    /// The newest row of a series lies less than this after its stored last_seen. The view metrics_latest, latest_heads.sql and
    /// series_span.sql rely on it, so it changes only with them.
    /// </summary>
    public static readonly TimeSpan LastSeenLag = TimeSpan.FromMinutes(10);

    private static readonly IReadOnlyDictionary<string, string> NoAttributes = new Dictionary<string, string>();

    /// <summary>The store's number; 0 until it is resolved.</summary>
    public int Id { get; set; }

    /// <summary>As stored.</summary>
    public DateTimeOffset FirstSeen { get; set; }

    /// <summary>As stored: lags behind the newest row.</summary>
    public DateTimeOffset LastSeen { get; set; }

    /// <summary>Texts of the series, as stored.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; set; } = NoAttributes;

    /// <summary>Instant of the row that was written last: a second one at the same instant is left out.</summary>
    public DateTimeOffset LastRowAt { get; set; }

    /// <summary>Whether the stored row differs from this.</summary>
    public bool Changed { get; set; }

    /// <summary>Whether the stored texts do.</summary>
    public bool AttributesChanged { get; set; }

    /// <summary>Takes note of a row.</summary>
    public void See(DateTimeOffset at, IReadOnlyDictionary<string, string>? attributes)
    {
        // A series without a number is about to be inserted, or compared with what is stored: then the newest instant counts.
        if (at - LastSeen >= LastSeenLag || (Id == 0 && at > LastSeen))
        {
            LastSeen = at;
            Changed = true;
        }

        if (at < FirstSeen)
        {
            FirstSeen = at;
            Changed = true;
        }

        if (attributes is not null && attributes.Any(pair => Attributes.GetValueOrDefault(pair.Key) != pair.Value))
        {
            // Merged: a collection may bring only some of the texts, since long ones are read rarely.
            var merged = new Dictionary<string, string>(Attributes, StringComparer.Ordinal);
            foreach (var (name, value) in attributes)
            {
                merged[name] = value;
            }

            Attributes = merged;
            Changed = AttributesChanged = true;
        }
    }
}
