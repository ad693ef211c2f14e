using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Commands;
using Microsoft.Extensions.Configuration;

namespace MetricsCollector.Tests.Targets;

/// <summary>
/// Keys that nobody reads and values of the wrong kind are refused in words that say what to write; what is not ours is left alone.
/// </summary>
[Trait("PostgreSQL", "any")]
public sealed class SettingsSchemaTests
{
    [Theory]
    [InlineData("Collection:Intervall", "10s", "Collection:Intervall is not a setting; did you mean 'Interval'")]
    [InlineData("collection:intervl", "10s", "Collection:intervl is not a setting; did you mean 'Interval'")]
    [InlineData("Collection:Manual:PerMinut", "5", "Collection:Manual:PerMinut is not a setting; did you mean 'PerMinute'")]
    [InlineData("Storage:Spool:MaxByte", "5", "Storage:Spool:MaxByte is not a setting; did you mean 'MaxBytes'")]
    [InlineData("Security:Keys:0:Fil", "x", "Security:Keys:0:Fil is not a setting; did you mean 'File'")]
    [InlineData("Catalog:Directory:0", "x", "Catalog:Directory is not a setting; did you mean 'Directories'")]
    [InlineData("Log:Levels", "x", "Log:Levels is not a setting; Log takes Format, MaxBytes, MaxFiles, Path.")]
    [InlineData("OpenTelemetry:EndPoints", "x", "OpenTelemetry:EndPoints is not a setting; did you mean 'Endpoint'")]
    [InlineData("Targets:0:ConnectionStrng", "x", "Targets:0:ConnectionStrng is not a setting; did you mean 'ConnectionString'")]
    [InlineData("ConnectionStrings:Stor", "x", "ConnectionStrings:Stor is not a setting; did you mean 'Store'")]
    [InlineData("Colection:Interval", "10s", "Colection is not a section of the settings; did you mean 'Collection'?")]
    [InlineData("Target:0:Name", "db1", "Target is not a section of the settings; did you mean 'Targets'?")]
    [InlineData("Telemetry:Endpoint", "x", "Telemetry is not a section of the settings; did you mean 'OpenTelemetry'?")]
    [InlineData("Collection:Interval", "10", "Collection:Interval is '10'; write a duration such as 10s.")]
    [InlineData("Collection:TopRows", "many", "Collection:TopRows is 'many'; write a whole number.")]
    [InlineData("Security:AllowAnonymous", "yes", "Security:AllowAnonymous is 'yes'; write true or false.")]
    [InlineData("Targets:0:Intervals:activity", "5", "Targets:0:Intervals:activity is '5'; write a duration such as 5s.")]
    [InlineData("Storage:MetricRetention:io", "long", "Storage:MetricRetention:io is 'long'; write a duration such as 10s.")]
    [InlineData("Targets:0:Metrics", "+bloat", "Targets:0:Metrics is '+bloat', where a list should be; write Targets:0:Metrics:0=+bloat.")]
    [InlineData("Collection:Interval:Value", "10s", "Collection:Interval has keys below it; write one value.")]
    public void What_is_wrong_is_told(string key, string value, string message) =>
        Assert.StartsWith(message, Assert.Single(CollectorSettings.Schema.Problems(Settings((key, value)))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Logging:LogLevel:Default", "Debug")]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://localhost:5080")]
    [InlineData("AllowedHosts", "*")]
    [InlineData("urls", "http://localhost:5080")]
    [InlineData("LOG", "debug")]
    [InlineData("TARGET", "x")]
    [InlineData("CATALOG_HOME", "/usr")]
    [InlineData("OTEL_SERVICE_NAME", "x")]
    [InlineData("Serilog:MinimumLevel", "x")]
    [InlineData("ConnectionStrings:Reporting", "x")]
    [InlineData("Settings:File", "x")]
    [InlineData("Targets:0:Labels:any", "x")]
    [InlineData("Storage:MetricRetention:io", "5d")]
    [InlineData("collection:manual:perminute", "5")]
    [InlineData("Catalog:Directories", "")]
    public void What_is_right_or_not_ours_is_left_alone(string key, string value) =>
        Assert.Empty(CollectorSettings.Schema.Problems(Settings((key, value))));

    [Theory]
    [InlineData(
        "Targets:0:Metrics:0",
        "+bloatt",
        "Targets:0:Metrics:0 has '+bloatt', which matches no metric; did you mean 'bloat'? GET /api/v1/metrics lists all.")]
    [InlineData(
        "Targets:1:Metrics:0", "!statments", "Targets:1:Metrics:0 has '!statments', which matches no metric; did you mean 'statements'")]
    [InlineData(
        "Targets:0:Intervals:activty", "5s", "Targets:0:Intervals:activty has 'activty', which matches no metric; did you mean 'activity'")]
    [InlineData("Targets:0:Intervals:zzz*", "5s", "Targets:0:Intervals:zzz* has 'zzz*', which matches no metric; GET")]
    public void A_glob_that_matches_no_metric_is_told(string key, string value, string message) =>
        Assert.StartsWith(
            message, Assert.Single(MetricGlobs.Problems(Settings((key, value)), MetricCatalog.Load())), StringComparison.Ordinal);

    [Theory]
    [InlineData("Targets:0:Metrics:0", "+bloat")]
    [InlineData("Targets:0:Metrics:0", "*")]
    [InlineData("Targets:0:Metrics:0", "!progress_*")]
    [InlineData("Targets:0:Intervals:tab*", "5s")]
    public void A_glob_that_matches_one_is_right(string key, string value) =>
        Assert.Empty(MetricGlobs.Problems(Settings((key, value)), MetricCatalog.Load()));

    private static IConfigurationRoot Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value))
            .Build();
}
