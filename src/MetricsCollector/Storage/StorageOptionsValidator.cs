using Microsoft.Extensions.Options;

namespace MetricsCollector.Storage;

/// <summary>Says what is wrong in the section <c>Storage</c>, and what to write.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    /// <summary>Partitions hold one hour: history cannot be kept for less.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, StorageOptions options) => options.Retention.Value < Shortest
        ? ValidateOptionsResult.Fail($"Storage:Retention is {options.Retention}, which is less than an hour: write 1h or more, such as 30d.")
        : ValidateOptionsResult.Success;
}
