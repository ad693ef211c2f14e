using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query.Functions;

/// <summary>The functions that look at the values whose time lies in a step, and at nothing else.</summary>
internal static class WindowFunctions
{
    public static RangeResult Evaluate(RangeRequest request, IReadOnlyList<Sample> samples, IReadOnlyList<SampleSummary> summaries)
    {
        var steps = request.Steps;
        var points = steps.EmptyPoints();
        var values = new StepValues(request.Function);
        var current = 0;
        foreach (var piece in SampleOrSummary.Merge(samples, summaries))
        {
            var at = piece.Sample.At;
            if (at < request.From
                || at > request.To
                || (piece.Summary is null ? piece.Sample.Value is not { } value || !double.IsFinite(value) : piece.Summary.Count == 0))
            {
                continue;
            }

            var index = steps.IndexOf(at);
            if (index != current)
            {
                points[current] = points[current] with { Value = values.Take() };
                current = index;
            }

            values.Add(piece);
        }

        points[current] = points[current] with { Value = values.Take() };
        return new RangeResult(points, []);
    }
}
