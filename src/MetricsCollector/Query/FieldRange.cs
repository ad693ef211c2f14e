using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>A field, and what to compute from it.</summary>
/// <param name="Field">The field.</param>
/// <param name="Range">What to compute.</param>
internal sealed record FieldRange(Field Field, RangeRequest Range)
{
    /// <summary>The unit of the answer: a rate over seconds has another than what it counts.</summary>
    public string Unit => Range.Function == RangeFunction.Rate ? Field.Unit + "/s" : Field.Unit;
}
