using System.Buffers;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Exposition;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace MetricsCollector.Api.Prometheus;

/// <summary>For Prometheus: <c>/metrics</c> and <c>/api/v1/prometheus/targets</c>.</summary>
internal static class PrometheusEndpoints
{
    private const string Text = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    // A family has some lines: what is sent at once is many of them.
    private const int FlushAt = 64 * 1024;

    private static readonly DeclaredParameter Timestamps = DeclaredParameter.ChoiceOf<OnOff>(
        "timestamps",
        "Whether counters that are read at least every two minutes carry the time at which they were read, so that `rate()` is exact. "
        + "Gauges have none, so that a series that ends is gone with the next scrape.") with
    {
        Default = "on",
    };

    private static readonly DeclaredParameter Own = DeclaredParameter.ChoiceOf<OwnSeries>(
        "own",
        "The collector's own series, `metrics_collector_*`: with those of the targets, without them, or `only` them, for a scrape job "
        + "of the collector itself beside one job for each target. Without it they come where `target` is not given.");

    private static readonly DeclaredParameter[] Declared = [CommonParameters.Target, Timestamps, Own];

    private enum OnOff
    {
        On,
        Off,
    }

    /// <summary>Maps GET /metrics.</summary>
    public static void MapPrometheus(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics", ScrapeAsync)
            .WithName("Scrape")
            .WithTags("Prometheus")
            .WithSummary("The newest snapshots for Prometheus.")
            .WithDescription("""
                Prometheus text, or OpenMetrics where the `Accept` header asks for it. Names are those of postgres_exporter where it has
                the metric, and `pg_<metric>_<field>` otherwise, with the base unit (`_seconds`, `_bytes`, `_ratio`) and, for counters,
                `_total` behind it. A counter that postgres_exporter calls without `_total` is untyped, so that its name is the same in
                both formats. Every series has the label `target`. What is older than three intervals is left out. Nothing is asked of a
                watched server.
                """)
            .WithParameters(Declared)
            .Produces<string>(StatusCodes.Status200OK, "text/plain", "application/openmetrics-text")
            .ProducesParameterProblems()
            .WithTextExample("text/plain", "# HELP pg_up 1 when the server answered.\n# TYPE pg_up gauge\npg_up{target=\"orders\"} 1\n")
            .WithTextExample(
                "application/openmetrics-text",
                "# HELP pg_up 1 when the server answered.\n# TYPE pg_up gauge\npg_up{target=\"orders\"} 1\n# EOF\n");

    /// <summary>Maps GET /prometheus/targets below the group.</summary>
    public static void MapPrometheusTargets(this IEndpointRouteBuilder api) =>
        api.MapGet("/prometheus/targets", Targets)
            .WithName("ListPrometheusTargets")
            .WithTags("Prometheus")
            .WithSummary("The targets for HTTP service discovery.")
            .WithDescription(
                "What Prometheus' `http_sd_configs` reads: one scrape of `/metrics?target=` for each target, "
                + "with the target's labels and its name as `instance`.")
            .ProducesRefusal()
            .WithExample(
                """
                [
                  {
                    "targets": ["collector:5080"],
                    "labels": { "__metrics_path__": "/metrics", "__param_target": "orders", "instance": "orders", "env": "prod" }
                  }
                ]
                """);

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> ScrapeAsync(
        HttpContext context, PrometheusExposition exposition, CatalogIndex known, CancellationToken cancellationToken)
    {
        var parameters = new Parameters(context.Request.Query, Declared);
        var target = parameters.Target(known.Current());
        var timestamps = parameters.Choice<OnOff>(Timestamps) == OnOff.On;
        var own = parameters.Choice<OwnSeries>(Own) ?? (target is null ? OwnSeries.On : OwnSeries.Off);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        var open = context.Request.GetTypedHeaders().Accept.Any(
            type => type.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase) && type.Quality is not 0);
        var parts = exposition.Write(target, open ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text, timestamps, own);
        context.Response.ContentType = open ? OpenMetrics : Text;
        context.Response.Headers[HeaderNames.Vary] = HeaderNames.Accept;
        context.Response.ContentLength = parts.Sum(part => (long)part.Length);
        foreach (var part in parts)
        {
            context.Response.BodyWriter.Write(part.Span);
            if (context.Response.BodyWriter.UnflushedBytes > FlushAt)
            {
                await context.Response.BodyWriter.FlushAsync(cancellationToken);
            }
        }

        await context.Response.BodyWriter.FlushAsync(cancellationToken);

        return TypedResults.Empty;
    }

    private static Results<Ok<IReadOnlyList<ScrapeTargetResponse>>, ProblemHttpResult> Targets(
        HttpRequest request, TargetCollectors collectors)
    {
        if (new Parameters(request.Query).Problem() is { } problem)
        {
            return problem;
        }

        return TypedResults.Ok<IReadOnlyList<ScrapeTargetResponse>>(
            [.. collectors.All.Select(collector => ScrapeTargetResponse.From(collector.Target, request))]);
    }
}
