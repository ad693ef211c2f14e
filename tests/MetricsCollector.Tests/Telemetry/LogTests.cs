using MetricsCollector.Tests.EndToEnd;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Telemetry;

[Trait("PostgreSQL", "any")]
public sealed class LogTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_file_is_structured_and_its_size_is_bounded()
    {
        using var directory = new TemporaryDirectory();
        await using var collector = ServiceProcess.Start(directory, new Dictionary<string, string>
        {
            ["Log:MaxBytes"] = "65536",
            ["Log:MaxFiles"] = "2",
            ["Logging:LogLevel:Microsoft"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
        });
        await Eventually.TrueAsync(() => collector.AnswersAsync("/healthz"), "the service answers");
        await Eventually.TrueAsync(
            async () => await collector.AnswersAsync("/healthz")
                && File.Exists(directory.File("logs/collector_003.log")), "the log has gone on to further files");
        var files = Directory.GetFiles(directory.File("logs"));
        Assert.Equal(2, files.Length);

        // The last line of a file may reach over its end.
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 0, 65_536 + 16_384));
        using var line = System.Text.Json.JsonDocument.Parse(await FirstLineAsync(files[0]));
        Assert.True(line.RootElement.TryGetProperty("SourceContext", out _));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_told_of_once_and_the_console_goes_on()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("logs"), "a file where the directory should be", Cancellation);
        await using var collector = ServiceProcess.Start(directory, new Dictionary<string, string>());
        await Eventually.TrueAsync(() => collector.AnswersAsync("/healthz"), "the service answers");
        await collector.TerminateAsync();
        Assert.Equal(0, await collector.ExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(2, collector.Output.Split("logs/collector.log cannot be written").Length);
        Assert.Contains("No target is set", collector.Output, StringComparison.Ordinal);
    }

    private static async Task<string> FirstLineAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return (await reader.ReadLineAsync(Cancellation))!;
    }
}
