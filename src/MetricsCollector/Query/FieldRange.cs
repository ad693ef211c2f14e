using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>A field, and what to compute from it.</summary>
/// <param name="Field">The field.</param>
/// <param name="Range">What to compute.</param>
internal sealed record FieldRange(Field Field, RangeRequest Range)
{
    /// <summary>Whether a row that is missing from a whole snapshot counts as 0.</summary>
    public bool IsFilled => Field.AbsentIsZero && (IsOfValues || (Field.Kind == FieldKind.Counter && Range.Function != RangeFunction.Raw));

    private bool IsOfValues => Range.Function is not (RangeFunction.Raw or RangeFunction.Delta or RangeFunction.Rate);

    /// <summary>
    /// Whether series have to become one at every instant before anything is computed. Sums and means can be computed of each series first,
    /// and so can the least of what is least and the greatest of what is greatest.
    /// </summary>
    public bool IsByInstant(Aggregation? aggregation) => IsOfValues && (aggregation, Range.Function) is not (
        (null, _)
        or (Aggregation.Sum or Aggregation.Avg, RangeFunction.Sum or RangeFunction.Avg)
        or (Aggregation.Min, RangeFunction.Min)
        or (Aggregation.Max, RangeFunction.Max));

    /// <summary>The unit of the answer: a rate over seconds has another than what it counts.</summary>
    public string Unit => Range.Function == RangeFunction.Rate ? Field.Unit + "/s" : Field.Unit;
}
