namespace MetricsCollector.Query.Top;

/// <summary>What several series did together, field by field.</summary>
/// <param name="fields">How many fields.</param>
internal sealed class TopSums(int fields)
{
    /// <summary>Increases of counters and last values of gauges; null where nothing is known.</summary>
    public double?[] Values { get; } = new double?[fields];

    /// <summary>Increases per second; null where nothing is known.</summary>
    public double?[] Rates { get; } = new double?[fields];

    /// <summary>Whether anything is known.</summary>
    public bool Any => Array.Exists(Values, value => value is not null);

    /// <summary>Sums of nothing are 0, not unknown.</summary>
    public static TopSums Zero(int fields)
    {
        var sums = new TopSums(fields);
        Array.Fill(sums.Values, 0);
        Array.Fill(sums.Rates, 0);
        return sums;
    }

    /// <summary>Adds one field of a series.</summary>
    public void Add(int field, double? value, double? rate)
    {
        Values[field] = Sum(Values[field], value);
        Rates[field] = Sum(Rates[field], rate);
    }

    /// <summary>Adds all fields of others.</summary>
    public void Add(TopSums other)
    {
        for (var field = 0; field < fields; field++)
        {
            Add(field, other.Values[field], other.Rates[field]);
        }
    }

    private static double? Sum(double? one, double? other) => one is { } value && other is { } more ? value + more : one ?? other;
}
