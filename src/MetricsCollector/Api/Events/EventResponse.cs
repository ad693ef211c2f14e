using MetricsCollector.Query.Events;

namespace MetricsCollector.Api.Events;

/// <summary>An event, as the API shows it.</summary>
/// <param name="At">The first collection that knows of it.</param>
/// <param name="Target">Name of the target.</param>
/// <param name="Kind">What happened.</param>
/// <param name="After">The last collection that does not know of it: it happened between <c>after</c> and <c>at</c>.</param>
/// <param name="Subject">What it happened to: a setting, an extension, a view, a metric; null for the target itself.</param>
/// <param name="Old">What was before; null where nothing was or is known.</param>
/// <param name="New">What was afterwards; null where nothing was or is known.</param>
/// <param name="Message">The same in one sentence.</param>
internal sealed record EventResponse(
    DateTimeOffset At, string Target, EventKind Kind, DateTimeOffset After, string? Subject, string? Old, string? New, string Message)
{
    /// <summary>Shows an event.</summary>
    public static EventResponse Of(TargetEvent one) =>
        new(one.At, one.Target, one.Kind, one.After, one.Subject, one.Old, one.New, one.Message);
}
