using MetricsCollector.Storage.Postgres;
using MetricsCollector.Storage.Settings;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage.Composition;

/// <summary>Says what is wrong with <c>ConnectionStrings:Store</c> without repeating it: it may hold a password.</summary>
internal sealed class StoreConnectionOptionsValidator : IValidateOptions<StoreConnectionOptions>
{
    private const string Forms =
        "Host=localhost;Database=metrics;Username=metrics_collector;Password=... or postgres://metrics_collector:...@localhost/metrics";

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, StoreConnectionOptions options)
    {
        string? error = null;
        return options.IsFile || StoreConnectionString.Read(options.ConnectionString, out error) is not null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"ConnectionStrings:Store {error} Such as {Forms}; or leave it empty for an SQLite file at Storage:Path.");
    }
}
