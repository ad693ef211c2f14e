using System.Text.Json.Serialization;
using MetricsCollector.Api.Json;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;
using Microsoft.Extensions.Primitives;

namespace MetricsCollector.Api.Queries;

/// <summary>
/// One query of several: what the parameters of <c>GET /api/v1/query</c> with the same names mean. Where these may be given several times,
/// it is a list or a single text.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BatchQuery
{
    /// <summary>Name of the metric.</summary>
    public string? Metric { get; init; }

    /// <summary>Names of fields.</summary>
    [JsonConverter(typeof(TextsConverter))]
    public IReadOnlyList<string>? Field { get; init; }

    /// <summary>Name of a target; all when left out.</summary>
    public string? Target { get; init; }

    /// <summary>Labels, each as <c>name:value</c>.</summary>
    [JsonConverter(typeof(TextsConverter))]
    public IReadOnlyList<string>? Label { get; init; }

    /// <summary>What to compute.</summary>
    public string? Fn { get; init; }

    /// <summary>With <c>predict</c>: how far behind the range.</summary>
    public string? Horizon { get; init; }

    /// <summary>With <c>predict</c>: a value, as text.</summary>
    public string? Limit { get; init; }

    /// <summary>Labels, or <c>target</c>: series that agree on them become one.</summary>
    [JsonConverter(typeof(TextsConverter))]
    public IReadOnlyList<string>? GroupBy { get; init; }

    /// <summary>How series become one.</summary>
    public string? Agg { get; init; }

    /// <summary>The same as the query string of a single query.</summary>
    /// <param name="batch">What all queries have in common.</param>
    /// <param name="step">The step of all; null for that of this query alone.</param>
    public QueryCollection ToParameters(BatchRequest batch, TimeSpan? step)
    {
        var given = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        Add("metric", Metric);
        Add("field", [.. Field ?? []]);
        Add("target", Target);
        Add("label", [.. Label ?? []]);
        Add("fn", Fn);
        Add("groupBy", [.. GroupBy ?? []]);
        Add("agg", Agg);
        Add("from", batch.From);
        Add("to", batch.To);
        Add("horizon", Horizon);
        Add("limit", Limit);
        if (!string.Equals(Fn, nameof(RangeFunction.Predict), StringComparison.OrdinalIgnoreCase))
        {
            Add("step", step is { } length ? new Duration(length).ToString() : batch.Step);
        }

        return new QueryCollection(given);

        void Add(string name, params string?[] values)
        {
            if (values is not ([] or [null]))
            {
                given.Add(name, values);
            }
        }
    }
}
