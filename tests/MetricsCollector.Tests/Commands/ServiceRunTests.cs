using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using MetricsCollector.Tests.EndToEnd;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Commands;

/// <summary>The process from its start to its end: signals, the lines that tell of both, its files.</summary>
[Trait("PostgreSQL", "any")]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Interoperability", "CA1416", Justification = "These tests are skipped on Windows.")]
public sealed class ServiceRunTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_says_what_it_understood_and_how_it_ended_and_keeps_its_files_to_itself()
    {
        using var directory = new TemporaryDirectory();
        await using var service = ServiceProcess.Start(directory, Settings(("Collection:Interval", "5s")));
        await service.ReadyAsync();
        Assert.Matches(
            @"INFO MetricsCollector: Started: 1 target, 2 metrics, every 5s, store \S+/data/metrics_raw\.db, retention 30d, "
                + @"listening on http://127\.0\.0\.1:\d+",
            service.Output);
        using var saved = await service.Client.PutAsJsonAsync(
            new Uri("/api/v1/targets/saved", UriKind.Relative),
            new { connectionString = postgres.ConnectionString, metrics = new[] { "up" } },
            Cancellation);
        Assert.True(saved.IsSuccessStatusCode);
        await Eventually.TrueAsync(
            () => Task.FromResult(service.Output.Contains("Watching 2 targets", StringComparison.Ordinal)), "the second target is watched");
        await service.TerminateAsync();
        Assert.Equal(0, await service.ExitAsync(Within));
        Assert.Matches(@"INFO MetricsCollector: Stopped after \S+: everything collected is stored", service.Output);

        string[] entries = [.. new[] { "data", "logs" }.SelectMany(name => Directory.EnumerateFileSystemEntries(
            directory.File(name), "*", SearchOption.AllDirectories).Append(directory.File(name)))];
        Assert.Contains(entries, entry => entry.EndsWith(".xml", StringComparison.Ordinal));
        Assert.All(entries, entry =>
            Assert.Equal(
                UnixFileMode.None,
                File.GetUnixFileMode(entry) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)));
    }

    [Fact]
    public async Task What_exists_keeps_its_permissions()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Permissions of Unix.");
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("data"));
        File.SetUnixFileMode(directory.File("data"), (UnixFileMode)Convert.ToInt32("755", 8));
        Assert.Equal(0, (await CollectorProcess.RunAsync(directory, new Dictionary<string, string>(), "schema")).ExitCode);
        Assert.Equal((UnixFileMode)Convert.ToInt32("755", 8), File.GetUnixFileMode(directory.File("data")));
        Assert.Equal((UnixFileMode)Convert.ToInt32("600", 8), File.GetUnixFileMode(directory.File("data/metrics_raw.db")));
    }

    // Before the program's first line the runtime itself takes the signal; from then on it is a stop.
    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(800)]
    public async Task A_signal_during_the_start_ends_it_with_0(int milliseconds)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are of Unix.");
        using var directory = new TemporaryDirectory();
        await using var collector = CollectorProcess.Start(directory, Settings(("urls", "http://127.0.0.1:0")));
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(directory.File("logs/collector.log"))), "the program has begun");
        await Task.Delay(milliseconds, Cancellation);
        using var kill = Process.Start("kill", ["-TERM", collector.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Cancellation);
        Assert.Equal(0, await collector.ExitAsync(Within));
        Assert.DoesNotContain("   at ", collector.Text, StringComparison.Ordinal);
        Assert.Matches("stopped before it had started|Stopped after", collector.Text);
    }

    [Fact]
    public async Task A_change_of_the_settings_is_told_by_the_names_of_what_changed()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("appsettings.json");
        await WriteAsync(file, """{ "Collection": { "Interval": "30s" }, "Storage": { "Retention": "10d" } }""");
        await using var service = ServiceProcess.Start(directory, Settings());
        await service.ReadyAsync();
        await WriteAsync(
            file,
            """
            {
              "Collection": { "Interval": "20s" },
              "Storage": { "Retention": "11d" },
              "Targets": [null, { "Name": "b", "ConnectionString": "Host=127.0.0.1;Port=1;Username=u;Password=hunter2" }]
            }
            """);
        await Eventually.TrueAsync(
            () => Task.FromResult(service.Output.Contains("at the next start: Storage:Retention", StringComparison.Ordinal)),
            "the change is told");
        Assert.Contains(
            "The settings changed and are used: Collection:Interval, Targets:1:ConnectionString, Targets:1:Name",
            service.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dotnet_run_keeps_its_files_where_it_is_typed()
    {
        using var directory = new TemporaryDirectory();
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string[] arguments = ["run", "--no-build", "--configuration", configuration, "--project", Path.Combine(
            Repository.Root, "src", "MetricsCollector"), "--", "check"];
        using var run = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Path.GetDirectoryName(directory.File("any"))!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = run.StandardError.ReadToEndAsync(Cancellation);
        Assert.Contains(
            $"store: will be created at {directory.File("data/metrics_raw.db")}",
            await run.StandardOutput.ReadToEndAsync(Cancellation),
            StringComparison.Ordinal);
        await errors;
        await run.WaitForExitAsync(Cancellation);
    }

    // Written aside and moved, so that nobody reads half of it.
    private static async Task WriteAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file + ".new", text, Cancellation);
        File.Move(file + ".new", file, overwrite: true);
    }

    private Dictionary<string, string> Settings(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["Targets:0:Name"] = "watched",
            ["Targets:0:ConnectionString"] = postgres.ConnectionString,
            ["Targets:0:Metrics:0"] = "up",
            ["Targets:0:Metrics:1"] = "database",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }
}
