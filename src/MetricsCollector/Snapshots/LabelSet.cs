using System.Text.Json;

namespace MetricsCollector.Snapshots;

/// <summary>
/// The labels that say what a row is about, such as <c>datname=app</c>. Immutable, ordered by name, equal by content.
/// </summary>
public sealed class LabelSet : IEquatable<LabelSet>
{
    private readonly KeyValuePair<string, string>[] _labels;
    private readonly int _hash;

    private LabelSet(KeyValuePair<string, string>[] sorted)
    {
        _labels = sorted;
        var hash = new HashCode();
        foreach (var (name, value) in sorted)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value, StringComparer.Ordinal);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>The set without labels: a metric with one row per target.</summary>
    public static LabelSet Empty { get; } = new([]);

    /// <summary>How many labels there are.</summary>
    public int Count => _labels.Length;

    /// <summary>The labels, ordered by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Items => _labels;

    /// <summary>The value of a label, or null when the set has no such label.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var label in _labels)
            {
                if (string.Equals(label.Key, name, StringComparison.Ordinal))
                {
                    return label.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Makes a set.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public static LabelSet Of(params IEnumerable<KeyValuePair<string, string>> labels)
    {
        var sorted = labels.ToArray();
        if (sorted.Length == 0)
        {
            return Empty;
        }

        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (string.Equals(sorted[i].Key, sorted[i - 1].Key, StringComparison.Ordinal))
            {
                throw new ArgumentException($"Label '{sorted[i].Key}' occurs twice.", nameof(labels));
            }
        }

        return new LabelSet(sorted);
    }

    /// <summary>The same set with one label more, or with another value for it.</summary>
    public LabelSet With(string name, string value) =>
        Of(_labels.Where(label => !string.Equals(label.Key, name, StringComparison.Ordinal)).Append(new(name, value)));

    /// <summary>A JSON object of the labels, ordered by name: <c>{"datname":"app"}</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(new Dictionary<string, string>(_labels, StringComparer.Ordinal));

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is not a JSON object of strings.</exception>
    public static LabelSet FromJson(string json) =>
        Of(JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? []);

    /// <inheritdoc />
    public bool Equals(LabelSet? other) =>
        other is not null && (ReferenceEquals(this, other) || (_hash == other._hash && _labels.AsSpan().SequenceEqual(other._labels)));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc />
    public override int GetHashCode() => _hash;

    /// <summary>Prometheus notation: <c>{datname="app"}</c>.</summary>
    public override string ToString() => "{" + string.Join(",", _labels.Select(label => $"{label.Key}=\"{label.Value}\"")) + "}";
}
