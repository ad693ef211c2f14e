using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace MetricsCollector.Exposition;

/// <summary>Gives the collector's own meters to Prometheus, as <c>metrics_collector_…</c>.</summary>
internal sealed class OwnExposition(ScrapeReader reader)
{
    private const string Prefix = "metrics_collector";

    /// <summary>Writes all.</summary>
    /// <param name="openMetrics">Whether as OpenMetrics; otherwise as Prometheus text.</param>
    public byte[] Write(bool openMetrics) => reader.Read(metrics =>
    {
        var text = new StringBuilder();
        foreach (var metric in metrics.OrderBy(NameOf, StringComparer.Ordinal))
        {
            Append(text, metric, openMetrics);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    });

    private static void Append(StringBuilder text, Metric metric, bool openMetrics)
    {
        var name = NameOf(metric);
        var counter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        var histogram = metric.MetricType == MetricType.Histogram;
        var family = counter && !openMetrics ? name + "_total" : name;
        text.Append(
            CultureInfo.InvariantCulture,
            $"# HELP {family} {HelpOf(metric)}\n# TYPE {family} {(counter ? "counter" : histogram ? "histogram" : "gauge")}\n");
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = Labels(point.Tags);
            if (histogram)
            {
                AppendHistogram(text, name, labels, point);
            }
            else
            {
                AppendLine(text, counter ? name + "_total" : name, labels, ValueOf(metric.MetricType, point));
            }
        }
    }

    private static void AppendHistogram(StringBuilder text, string name, string labels, in MetricPoint point)
    {
        var comma = labels.Length > 0 ? "," : string.Empty;
        var sum = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            sum += bucket.BucketCount;
            var bound = double.IsPositiveInfinity(bucket.ExplicitBound)
                ? "+Inf"
                : bucket.ExplicitBound.ToString("R", CultureInfo.InvariantCulture);
            AppendLine(text, name + "_bucket", $"{labels}{comma}le=\"{bound}\"", sum);
        }

        AppendLine(text, name + "_sum", labels, point.GetHistogramSum());
        AppendLine(text, name + "_count", labels, point.GetHistogramCount());
    }

    private static void AppendLine(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static double ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private static string NameOf(Metric metric)
    {
        var name = metric.Name.Replace('.', '_').Replace('-', '_');
        name = name.StartsWith(Prefix, StringComparison.Ordinal) ? name : Prefix + "_" + name;
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => string.Empty };
        return name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
    }

    private static string HelpOf(Metric metric) =>
        (metric.Description is { Length: > 0 } help ? help : metric.Name)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\"", "'", StringComparison.Ordinal);

    private static string Labels(ReadOnlyTagCollection tags)
    {
        var labels = new List<string>();
        foreach (var (key, value) in tags)
        {
            var text = (Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty)
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            labels.Add($"{key.Replace('.', '_')}=\"{text}\"");
        }

        return string.Join(',', labels);
    }
}
