using MetricsCollector.Api;
using MetricsCollector.Api.Collect;
using MetricsCollector.Api.Collections;
using MetricsCollector.Api.Diff;
using MetricsCollector.Api.Events;
using MetricsCollector.Api.Forecasts;
using MetricsCollector.Api.Metrics;
using MetricsCollector.Api.Overview;
using MetricsCollector.Api.Prometheus;
using MetricsCollector.Api.Queries;
using MetricsCollector.Api.Reads;
using MetricsCollector.Api.Series;
using MetricsCollector.Api.Sessions;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Api.Statements;
using MetricsCollector.Api.Status;
using MetricsCollector.Api.Targets;
using MetricsCollector.Api.Top;
using MetricsCollector.Assignment;
using MetricsCollector.Catalog;
using MetricsCollector.Collection;
using MetricsCollector.Commands;
using MetricsCollector.Security;
using MetricsCollector.Storage.Composition;
using MetricsCollector.Targets;
using MetricsCollector.Telemetry;

return await CommandLine.RunAsync(args, static settings =>
{
    var builder = CollectorHost.CreateBuilder(settings);

    builder.Services.AddTargets(builder.Configuration);
    builder.Services.AddCatalog(builder.Configuration);
    builder.Services.AddStorage(builder.Configuration);
    builder.Services.AddCollection(builder.Configuration);
    builder.Services.AddAssignment();
    builder.Services.AddTelemetry(builder.Configuration);
    builder.Services.AddSecurity(builder.Configuration);
    builder.Services.AddSettingsCheck<SecurityOptions>(
        static (services, options) => services.GetRequiredService<Callers>().Changed(options));
    builder.Services.AddApi(builder.Configuration);

    var app = CollectorHost.Build(builder);

    app.UseApi();
    app.MapHealth();
    app.MapPrometheus();

    var api = app.MapGroup("/api/v1");
    api.MapTargets();
    api.MapTargetChanges();
    api.MapFleet();
    api.MapSessions();
    api.MapBlocking();
    api.MapMetrics();
    api.Reading(ReadKind.Series).MapSeries();
    api.MapStatements();
    api.Reading(ReadKind.Latest).MapLatestSnapshots();
    api.Reading(ReadKind.Snapshots).MapSnapshotRange();
    api.Reading(ReadKind.Samples).MapQuery();
    api.MapBatch();
    api.MapForecast();
    api.Reading(ReadKind.Samples).MapDiff();
    api.Reading(ReadKind.Samples).MapTop();
    api.Reading(ReadKind.Samples).MapEvents();
    api.MapStream();
    api.MapCollect();
    api.MapCollectionHistory();
    api.MapPrometheusTargets();
    api.MapStatus();

    return app;
});
