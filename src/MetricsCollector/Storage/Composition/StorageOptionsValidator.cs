using MetricsCollector.Storage.Settings;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage.Composition;

/// <summary>Says what is wrong in the section <c>Storage</c>, and what to write.</summary>
internal sealed class StorageOptionsValidator(IConfiguration configuration) : IValidateOptions<StorageOptions>
{
    /// <summary>Partitions hold one hour: history cannot be kept for less.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    /// <summary>Below this, an empty file and one large collection would hardly fit.</summary>
    private const long SmallestSpool = 1 << 20;

    /// <summary>Rows that are still on their way would otherwise be packed again and again.</summary>
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var errors = new List<string>();
        if (options.Retention.Value < Shortest)
        {
            errors.Add($"Storage:Retention is {options.Retention}, which is less than an hour: write 1h or more, such as 30d.");
        }

        errors.AddRange(options.MetricRetention.Where(metric => metric.Value.Value < Shortest).Select(metric =>
            $"Storage:MetricRetention:{metric.Key} is {metric.Value}, which is less than an hour: write 1h or more, such as 7d."));

        if (options.PackAfter.Value < Soonest)
        {
            errors.Add($"Storage:PackAfter is {options.PackAfter}, which is less than a minute: write 1m or more, such as 2h.");
        }

        if (options.Distributed && string.IsNullOrWhiteSpace(configuration.GetConnectionString("Store")))
        {
            errors.Add(
                "Storage:Distributed is set, but the store is an SQLite file: name a PostgreSQL database with Citus in "
                + "ConnectionStrings:Store, or set Storage:Distributed=false.");
        }

        if (string.IsNullOrWhiteSpace(options.Path))
        {
            errors.Add("Storage:Path is empty: write the path of a file, such as data/metrics_raw.db.");
        }

        if (string.IsNullOrWhiteSpace(options.Spool.Path))
        {
            errors.Add("Storage:Spool:Path is empty: write the path of a file, such as data/spool.db.");
        }

        if (options.Spool.MaxBytes is not (0 or >= SmallestSpool))
        {
            errors.Add($"Storage:Spool:MaxBytes is {options.Spool.MaxBytes}: write 1048576 (1 MiB) or more, or 0 for no spool.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
