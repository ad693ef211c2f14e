using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Tests.LocalPostgres;

[Trait("PostgreSQL", "any")]
public sealed class ServerSettingsTests
{
    private static readonly PostgresBinaries Binaries = new(Path.Combine(Path.GetTempPath(), "no-such-directory", "bin"), "17.1", 17);

    [Fact]
    public void The_callers_settings_come_last()
    {
        var text = Text(("shared_buffers", "16MB"));

        Assert.True(text.LastIndexOf("shared_buffers = '16MB'", StringComparison.Ordinal)
            > text.IndexOf("shared_buffers = '64MB'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_is_quoted() =>
        Assert.Contains(@"log_line_prefix = 'it''s \\ %m'", Text(("log_line_prefix", @"it's \ %m")), StringComparison.Ordinal);

    [Theory]
    [InlineData("port", "5432", "LocalServerOptions.Port")]
    [InlineData("Listen_Addresses", "*", "127.0.0.1")]
    [InlineData("work mem", "1MB", "work_mem")]
    [InlineData("work_mem", "1MB\nfsync = on", "one line")]
    public void A_setting_that_cannot_be_given_is_refused_with_the_remedy(string name, string value, string remedy)
    {
        var error = Assert.Throws<ArgumentException>(() => Text((name, value)));

        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_server_that_is_thrown_away_writes_without_fsync()
    {
        Assert.Contains("fsync = 'off'", ServerSettings.Text(new(), Binaries, 1, thrownAway: true), StringComparison.Ordinal);
        Assert.DoesNotContain("fsync", ServerSettings.Text(new(), Binaries, 1, thrownAway: false), StringComparison.Ordinal);
    }

    private static string Text((string Name, string Value) setting) => ServerSettings.Text(
        new LocalServerOptions { Settings = new Dictionary<string, string> { [setting.Name] = setting.Value } },
        Binaries,
        port: 15432,
        thrownAway: true);
}
