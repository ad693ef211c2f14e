using System.Globalization;
using System.Text.RegularExpressions;
using MetricsCollector.Configuration;
using MetricsCollector.Snapshots;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Tests.Docs;

/// <summary><c>docs/settings.md</c> says what the options classes say, and the ranges it states are those that are enforced.</summary>
[Trait("PostgreSQL", "any")]
public sealed partial class SettingsPageTests
{
    private const string Write = "METRICS_COLLECTOR_WRITE_SETTINGS";

    private static readonly Dictionary<string, long> Units = new(StringComparer.Ordinal)
    {
        ["ms"] = TimeSpan.TicksPerMillisecond,
        ["s"] = TimeSpan.TicksPerSecond,
        ["minute"] = TimeSpan.TicksPerMinute,
        ["hour"] = TimeSpan.TicksPerHour,
        ["day"] = TimeSpan.TicksPerDay,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
    };

    public static TheoryData<string> Ranged =>
    [
        .. SettingsPage.Ranges.Where(setting => setting.Range is not null && Validated(setting.Name) is not null)
            .Select(setting => setting.Name),
    ];

    [Fact]
    public void The_page_is_what_the_options_classes_say()
    {
        if (Environment.GetEnvironmentVariable(Write) == "1")
        {
            File.WriteAllText(SettingsPage.Path, SettingsPage.Text());
        }

        Assert.True(
            File.ReadAllText(SettingsPage.Path) == SettingsPage.Text(),
            $"docs/settings.md is not what the options classes say. Run this test with {Write}=1, which writes it, and review the change.");
    }

    [Fact]
    public void Every_setting_has_a_meaning() =>
        Assert.DoesNotContain(
            SettingsPage.Text().Split('\n'),
            line => line.StartsWith("| `", StringComparison.Ordinal) && !line.EndsWith(". |", StringComparison.Ordinal));

    [Fact]
    public void Ranges_are_stated_in_most_sections() =>
        Assert.Superset(
            new HashSet<string>(
                ["Collection:Interval", "Storage:Retention", "Security:RequestsPerMinute", "OpenTelemetry:Interval"],
                StringComparer.Ordinal),
            Ranged.Select(row => row.Data).ToHashSet(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ranged))]
    public void A_stated_range_is_the_one_that_is_enforced(string name)
    {
        var range = SettingsPage.Ranges.First(setting => setting.Name == name).Range!;
        var isDuration = SettingsPage.Ranges.First(setting => setting.Name == name).Property.PropertyType is var type
            && (type == typeof(Duration) || type == typeof(Dictionary<string, Duration>));
        var bounds = Bound().Matches(range).Select(Value).ToList();
        var expected = range.Contains(" to ", StringComparison.Ordinal) ? 2 : 1;
        Assert.True(bounds.Count == expected, $"{name}: '{range}' is read as {bounds.Count} bounds.");
        var step = isDuration ? TimeSpan.TicksPerMillisecond : 1;
        Assert.All(bounds, bound => Assert.Empty(Problems(name, Text(bound))));
        Assert.NotEmpty(Problems(name, Text(bounds[0] - step)));
        if (bounds.Count == 2)
        {
            Assert.NotEmpty(Problems(name, Text(bounds[1] + step)));
        }

        string Text(long value) =>
            isDuration ? new Duration(TimeSpan.FromTicks(value)).ToString() : value.ToString(CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string> Problems(string name, string value)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [name.Replace("NAME", "up", StringComparison.Ordinal)] = value })
            .Build();
        var (section, options, validator) = Validated(name)!.Value;
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).BuildServiceProvider();
        var bound = configuration.GetSection(section).Get(options) ?? Activator.CreateInstance(options);
        var result = (ValidateOptionsResult)typeof(IValidateOptions<>).MakeGenericType(options)
            .GetMethod(nameof(IValidateOptions<>.Validate))!
            .Invoke(ActivatorUtilities.CreateInstance(services, validator), [null, bound])!;
        return (result.Failures ?? []).Where(failure => failure.StartsWith(name.Split(":NAME")[0], StringComparison.Ordinal));
    }

    /// <summary>The section that has a setting, its options class and what validates that; null where no class of its own does.</summary>
    private static (string Section, Type Options, Type Validator)? Validated(string name)
    {
        var types = typeof(SettingsSchema).Assembly.GetTypes();
        var (section, options) = types
            .Select(type => (Section: type.GetField("Section")?.GetRawConstantValue() as string, Type: type))
            .Where(one => one.Section is not null && name.StartsWith(one.Section + ":", StringComparison.Ordinal))
            .OrderByDescending(one => one.Section!.Length)
            .FirstOrDefault();
        var validator = section is null ? null : types.FirstOrDefault(typeof(IValidateOptions<>).MakeGenericType(options).IsAssignableFrom);
        return validator is null ? null : (section!, options, validator);
    }

    private static long Value(Match match)
    {
        var text = match.Groups["number"].Value;
        var number = text is "one" ? 1 : long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        var unit = match.Groups["unit"].Value;
        return number * (unit.Length == 0 ? 1 : Units[unit]);
    }

    [GeneratedRegex(@"(?<number>\d[\d,]*|one\b)( (?<unit>ms|s|minute|hour|day|KiB|MiB|GiB)s?\b)?(?=$| to | each|;)")]
    private static partial Regex Bound();
}
