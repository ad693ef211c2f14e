using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Top;

/// <summary>One field of a group.</summary>
/// <param name="Field">The field.</param>
/// <param name="Now">What it did in the range.</param>
/// <param name="Share">Its part of the whole, from 0 to 1; null when the whole is 0.</param>
/// <param name="Previous">What it did in the range before; null when nothing is known of it, or nobody asked.</param>
internal sealed record TopField(Field Field, TopAmounts Now, double? Share, TopAmounts? Previous);
