using MetricsCollector.Targets;

namespace MetricsCollector.Api.Prometheus;

/// <summary>What Prometheus' HTTP service discovery reads.</summary>
/// <param name="Targets">The address to scrape: this collector, as it was asked.</param>
/// <param name="Labels">Labels for the scrape.</param>
internal sealed record ScrapeTargetResponse(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Shows a target.</summary>
    public static ScrapeTargetResponse From(Target target, HttpRequest request)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in target.Labels.Items)
        {
            // Samples have the label target themselves.
            labels[NameOf(name)] = value;
        }

        labels.Remove("target");
        labels["__scheme__"] = request.Scheme;
        labels["__metrics_path__"] = $"{request.PathBase}/metrics";
        labels["__param_target"] = target.Name;
        labels["instance"] = target.Name;
        return new ScrapeTargetResponse(
            [request.Host.Port is null ? $"{request.Host.Host}:{(request.IsHttps ? 443 : 80)}" : request.Host.Value!], labels);
    }

    private static string NameOf(string label)
    {
        var name = string.Concat(label.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return char.IsAsciiDigit(name[0]) || name.StartsWith("__", StringComparison.Ordinal) ? "label_" + name.TrimStart('_') : name;
    }
}
