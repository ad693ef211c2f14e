using System.Globalization;
using MetricsCollector.Snapshots;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Collection.Settings;

/// <summary>Checks the section <c>Collection</c>, every setting at once.</summary>
internal sealed class CollectionOptionsValidator : IValidateOptions<CollectionOptions>
{
    public ValidateOptionsResult Validate(string? name, CollectionOptions options)
    {
        var errors = new List<string>();
        Check("Interval", options.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Check("Timeout", options.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        Check("LockTimeout", options.LockTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        Check("StopTimeout", options.StopTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        if (options.LoadInterval.Value != TimeSpan.Zero)
        {
            Check("LoadInterval", options.LoadInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), ", or 0s for none");
        }

        if (options.MaxParallelTargets is < 1 or > 1000)
        {
            errors.Add(
                $"Collection:MaxParallelTargets is {options.MaxParallelTargets.ToString(CultureInfo.InvariantCulture)}; write 1 to 1000.");
        }

        if (options.TopRows is < 1 or > 10_000)
        {
            errors.Add($"Collection:TopRows is {options.TopRows.ToString(CultureInfo.InvariantCulture)}; write 1 to 10000.");
        }

        if (options.Name.Length is < 1 or > 36
            || options.Name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_' or '-')))
        {
            errors.Add(
                $"Collection:Name is '{options.Name}'; write 1 to 36 letters, digits, dots, dashes or underscores, such as 'collector-1'.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string setting, Duration value, TimeSpan min, TimeSpan max, string others = "")
        {
            if (value.Value < min || value.Value > max)
            {
                errors.Add($"Collection:{setting} is {value}; write {new Duration(min)} to {new Duration(max)}{others}.");
            }
        }
    }
}
