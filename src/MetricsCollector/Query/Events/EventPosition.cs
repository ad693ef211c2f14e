namespace MetricsCollector.Query.Events;

/// <summary>The place of an event in the order of time; a page goes on behind it.</summary>
/// <param name="At">Its instant.</param>
/// <param name="Target">Its target.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Subject">What it happened to; empty for the target itself.</param>
public sealed record EventPosition(DateTimeOffset At, string Target, EventKind Kind, string Subject)
{
    /// <summary>The order in time, and among those of one instant by target, kind and subject.</summary>
    public static IComparer<EventPosition> Order { get; } = Comparer<EventPosition>.Create(Compare);

    private static int Compare(EventPosition one, EventPosition other) =>
        one.At != other.At ? one.At.CompareTo(other.At)
        : string.CompareOrdinal(one.Target, other.Target) is not 0 and var target ? target
        : one.Kind != other.Kind ? one.Kind.CompareTo(other.Kind)
        : string.CompareOrdinal(one.Subject, other.Subject);
}
