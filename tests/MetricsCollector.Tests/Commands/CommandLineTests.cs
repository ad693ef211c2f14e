using System.Text.RegularExpressions;
using MetricsCollector.Commands;
using MetricsCollector.Tests.EndToEnd;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Commands;

[Trait("PostgreSQL", "any")]
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("check --targt x", "--target")]
    [InlineData("check --problem", "--problems")]
    [InlineData("collect --metrics up", "--metric")]
    [InlineData("chek", "'check'")]
    [InlineData("serv", "'serve'")]
    [InlineData("--Collection:Intervall=20s", "--Collection:Interval")]
    [InlineData("serve --Colection:Interval 20s", "--Collection:Interval")]
    [InlineData("serve --Collection__Interval=20s", "--Collection:Interval=value")]
    [InlineData("serve --Targets:0:ConnectionStrng=x", "--Targets:0:ConnectionString")]
    [InlineData("serve --Targets:x:Name=y", "--Targets:")]
    [InlineData("serve --url=http://localhost:1", "--urls")]
    [InlineData("serve --Collection:Interval", "has no value")]
    [InlineData("serve -p", "Names begin with --")]
    [InlineData("check db1", "not expected here")]
    [InlineData("collect --format xml", "json")]
    [InlineData("top --format xml", "csv")]
    [InlineData("activity --interval 5", "100ms")]
    [InlineData("activity --order age", "'transaction'")]
    [InlineData("health --url ftp://localhost/", "http://localhost:5080/healthz")]
    public void What_is_neither_option_nor_setting_is_refused_with_what_may_be_meant(string line, string expected)
    {
        var errors = Errors(line.Split(' '));
        Assert.Contains(errors, error => error.Contains(expected, StringComparison.Ordinal));
        Assert.Contains("--help", errors[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Collection:Interval=20s")]
    [InlineData("serve --Collection:Interval 20s --urls http://localhost:5081")]
    [InlineData("check --target a --target b* --problems --collection:interval=20s")]
    [InlineData("--Collection:Interval=20s check")]
    [InlineData("maintain --Storage:MetricRetention:statements=7d /Storage:Retention=1d Storage:PackAfter=1h")]
    [InlineData(
        "serve --Targets:0:Labels:env=prod --Targets:12:Intervals:stat*=5s --Security:Keys:0:Scopes:0=read --Security:Jwt:Scopes:read=x")]
    [InlineData("serve --Logging:LogLevel:Default=Warning --Kestrel:Endpoints:Web:Url=http://*:1 --http_ports=1 --AllowedHosts=* "
        + "--environment=Staging")]
    [InlineData("serve --ConnectionStrings:Store @word")]
    [InlineData("--Settings= --Targets:0= --Settings:File=x --contentRoot=/ --applicationName=x")]
    [InlineData("top --target a --by datname,target --from -1h --to now --compare -7d --order calls:rate --limit 5 --Storage:Retention=1d")]
    [InlineData("health --url localhost:5081")]
    [InlineData("activity --target a --interval 500ms --order xmin --once --all --Collection:Timeout=2s")]
    [InlineData("demo --keep --OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:1")]
    public void Options_and_settings_are_taken(string line) => Assert.Empty(Errors(line.Split(' ')));

    [Fact]
    public void No_value_is_repeated()
    {
        var errors = string.Join(
            '\n', Errors(["serve", "--Targets:0:ConnectionStrng=Password=hunter2", "postgres://u:hunter2@host/db", "--Store", "hunter2"]));
        Assert.DoesNotContain("hunter2", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_is_a_setting_of_the_help_and_the_other_way_round()
    {
        var described = SettingsHelp.Lines.Where(line => line.Meaning.Length > 0).Select(line => line.Name).ToList();
        Assert.All(
            CollectorSettings.Schema.Settings,
            setting => Assert.Contains($"  {setting.Name} ", SettingsHelp.Text, StringComparison.Ordinal));
        Assert.All(described, name => Assert.True(KnownSettings.Contains(Regex.Replace(name, ":N(?=:|$)", ":0")), name));
        Assert.Contains(
            SettingsHelp.Lines,
            line => line is { Name: "Collection:Interval" } && SettingsHelp.Text.Contains("[default: 1m]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_help_is_clean_and_a_wrong_command_line_ends_with_2()
    {
        using var directory = new TemporaryDirectory();
        var none = new Dictionary<string, string>();
        var (code, output, _) = await CollectorProcess.RunAsync(directory, none, "serve", "--help");
        Assert.Equal(0, code);
        Assert.Contains("metrics-collector serve [options]", output, StringComparison.Ordinal);
        Assert.Contains("--urls http://localhost:5081", output, StringComparison.Ordinal);
        Assert.Contains("Storage:Retention", output, StringComparison.Ordinal);
        Assert.DoesNotContain("additional arguments", output, StringComparison.Ordinal);
        var (wrong, nothing, errors) = await CollectorProcess.RunAsync(directory, none, "check", "--targt", "x");
        Assert.Equal((2, string.Empty), (wrong, nothing));
        Assert.Contains("did you mean '--target'?", errors, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Errors(string[] arguments)
    {
        using var signals = new StopSignals();
        return CommandLineErrors.Of(
            CommandLine.Parse(arguments, _ => throw new InvalidOperationException("Nothing is to be run."), signals));
    }
}
