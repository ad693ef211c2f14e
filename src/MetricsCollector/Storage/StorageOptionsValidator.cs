using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage;

/// <summary>Says what is wrong in the section <c>Storage</c>, and what to write.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    /// <summary>Partitions hold one hour: history cannot be kept for less.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    /// <summary>Rows that are still on their way would otherwise be packed again and again.</summary>
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var failures = new List<string>();
        if (options.Retention.Value < Shortest)
        {
            failures.Add($"Storage:Retention is {options.Retention}, which is less than an hour: write 1h or more, such as 30d.");
        }

        if (options.PackAfter.Value < Soonest)
        {
            failures.Add($"Storage:PackAfter is {options.PackAfter}, which is less than a minute: write 1m or more, such as 2h.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
