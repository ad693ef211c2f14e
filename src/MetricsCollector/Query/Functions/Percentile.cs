namespace MetricsCollector.Query.Functions;

/// <summary>Percentiles as PostgreSQL's <c>percentile_cont</c> computes them: between two values the straight line counts.</summary>
public static class Percentile
{
    /// <summary>The value below which a share of the values lies.</summary>
    /// <param name="values">At least one value, none NaN; they are sorted in place.</param>
    /// <param name="share">From 0 (the smallest) to 1 (the greatest).</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no values, or the share is not between 0 and 1.</exception>
    public static double Of(Span<double> values, double share)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Length, nameof(values));
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        values.Sort();
        var place = share * (values.Length - 1);
        var below = (int)Math.Floor(place);
        var above = (int)Math.Ceiling(place);
        return below == above ? values[below] : values[below] + ((place - below) * (values[above] - values[below]));
    }
}
