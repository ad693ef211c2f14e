using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Configuration;
using MetricsCollector.Security;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Targets;
using Microsoft.Extensions.Configuration;

namespace MetricsCollector.Tests.Targets;

/// <summary>An empty value is one that is not set, in lists as elsewhere; a value of the wrong kind costs no other.</summary>
[Trait("PostgreSQL", "any")]
public sealed class SettingsBindingTests
{
    [Fact]
    public void An_empty_element_of_any_list_is_not_set()
    {
        var settings = Settings(
            ("Catalog:Directories:0", string.Empty),
            ("Catalog:Directories:1", "metrics"),
            ("Targets:0:Name", "db1"),
            ("Targets:0:Metrics:0", string.Empty),
            ("Targets:0:Metrics:2", "+bloat"),
            ("Targets:0:Databases:0", string.Empty),
            ("Targets:0:Labels:env", string.Empty),
            ("Security:Keys:0:Name", "grafana"),
            ("Security:Keys:0:Scopes:0", string.Empty),
            ("Security:Keys:0:Scopes:1", "read"));
        Assert.Equal(["metrics"], SettingsBinding.Read<CatalogOptions>(settings, CatalogOptions.Section).Directories);
        var target = Assert.Single(SettingsBinding.Read<List<TargetOptions>>(settings, TargetOptions.Section));
        Assert.Equal(["+bloat"], target.Metrics);
        Assert.Empty(target.Databases);
        Assert.Equal(string.Empty, target.Labels["env"]);
        var key = Assert.Single(SettingsBinding.Read<SecurityOptions>(settings, SecurityOptions.Section).Keys);
        Assert.Equal(["read"], key.Scopes);
    }

    [Fact]
    public void A_key_or_a_target_of_which_nothing_is_set_is_not_left_out()
    {
        var settings = Settings(("Security:Keys:0", string.Empty), ("Targets:0:Name", string.Empty));
        Assert.Single(SettingsBinding.Read<SecurityOptions>(settings, SecurityOptions.Section).Keys);
        Assert.Single(SettingsBinding.Read<List<TargetOptions>>(settings, TargetOptions.Section));
    }

    [Fact]
    public void Empty_values_of_every_kind_are_the_defaults()
    {
        var settings = Settings(
            ("Collection:Interval", string.Empty),
            ("Collection:TopRows", string.Empty),
            ("Storage:Distributed", string.Empty),
            ("Storage:MetricRetention:io", string.Empty),
            ("Storage:Spool", string.Empty),
            ("Storage:Spool:MaxBytes", string.Empty));
        Assert.Equal(new CollectionOptions().Interval, SettingsBinding.Read<CollectionOptions>(settings, "Collection").Interval);
        Assert.Equal(new CollectionOptions().TopRows, SettingsBinding.Read<CollectionOptions>(settings, "Collection").TopRows);
        var storage = SettingsBinding.Read<StorageOptions>(settings, "Storage");
        Assert.False(storage.Distributed);
        Assert.Empty(storage.MetricRetention);
        Assert.Equal(new StorageOptions().Spool.MaxBytes, storage.Spool.MaxBytes);
    }

    [Fact]
    public void A_value_of_the_wrong_kind_costs_no_other()
    {
        var settings = Settings(
            ("Targets:0:Name", "db1"),
            ("Targets:0:Enabled", "perhaps"),
            ("Targets:0:Intervals:io", "soon"),
            ("Targets:0:Intervals:wal", "5s"),
            ("Targets:0:Preset", "minimal"));
        var target = Assert.Single(SettingsBinding.Read<List<TargetOptions>>(settings, TargetOptions.Section));
        Assert.Equal(("db1", "minimal", true), (target.Name, target.Preset, target.Enabled));
        Assert.Equal("wal", Assert.Single(target.Intervals).Key);
    }

    private static IConfigurationRoot Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value))
            .Build();
}
