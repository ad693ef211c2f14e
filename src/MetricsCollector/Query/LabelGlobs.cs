using System.IO.Enumeration;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>Labels whose values must match globs, where <c>*</c> stands for any text and <c>?</c> for one character; all must
/// match.</summary>
/// <param name="matchers">Names of labels and globs.</param>
public sealed class LabelGlobs(IReadOnlyList<LabelMatcher> matchers)
{
    /// <summary>No globs: everything matches.</summary>
    public static LabelGlobs None { get; } = new([]);

    /// <summary>Whether there are any.</summary>
    public bool Any => matchers.Count > 0;

    /// <summary>Whether a value is a glob.</summary>
    public static bool IsGlob(string value) => value.AsSpan().ContainsAny('*', '?');

    /// <summary>The names and globs, each on a line.</summary>
    public override string ToString() => string.Join('\n', matchers);

    /// <summary>Whether labels match.</summary>
    public bool Matches(LabelSet labels)
    {
        foreach (var (name, glob) in matchers)
        {
            if (labels[name] is not { } value || !FileSystemName.MatchesSimpleExpression(glob, value, ignoreCase: false))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The snapshot with only the rows that match; null when none does.</summary>
    public Snapshot? Narrow(Snapshot snapshot)
    {
        if (!Any)
        {
            return snapshot;
        }

        var rows = snapshot.Rows.Where(row => Matches(row.Labels)).ToArray();
        return rows.Length == 0 ? null : snapshot with { Rows = rows };
    }
}
