using System.CommandLine;
using System.Globalization;
using MetricsCollector.Api.Sessions;
using MetricsCollector.Collection.Sessions;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Commands.Reports;
using MetricsCollector.Commands.Sessions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Commands;

/// <summary><c>activity</c>: the sessions of targets and who waits for whom, refreshed in a terminal.</summary>
internal static class ActivityCommand
{
    private static readonly Duration Shortest = Duration.FromSeconds(0.2);

    // How soon a key is noticed.
    private static readonly TimeSpan KeyDelay = TimeSpan.FromMilliseconds(100);

    public static Command Create(Func<HostSettings, WebApplication> build, StopSignals signals)
    {
        var targets = new Option<string[]>("--target") { Description = "Name of a target, or a glob; may be repeated. All when left out." };
        var interval = new Option<Duration>("--interval")
        {
            Description = "How often to read, such as 5s.",
            DefaultValueFactory = static _ => Duration.FromSeconds(2),
            CustomParser = static result =>
            {
                if (Duration.TryParse(result.Tokens[^1].Value, CultureInfo.InvariantCulture, out var duration)
                    && duration.Value >= Shortest.Value)
                {
                    return duration;
                }

                result.AddError($"--interval is not a length of time of at least {Shortest}; write {Duration.Forms}");
                return default;
            },
        };
        var order = new Option<string>("--order")
        {
            Description = "Which sessions come first: transaction (the longest), query, state, blocks or xmin (the oldest snapshot).",
            DefaultValueFactory = static _ => "transaction",
        };
        order.AcceptOnlyFromAmong([.. Enum.GetNames<SessionOrder>().Select(name => name.ToLowerInvariant())]);
        var once = new Option<bool>("--once") { Description = "Print one table and end; so it is too where the output is no terminal." };
        var all = new Option<bool>("--all") { Description = "Show idle sessions and background processes too." };
        var command = new Command("activity", "Show the sessions of targets and who waits for whom; q or Ctrl+C ends it.")
        {
            targets, interval, order, once, all,
        };
        SettingArguments.AddTo(command);
        command.SetAction((result, _) => StartupErrors.GuardAsync(async () =>
        {
            try
            {
                return await RunAsync(
                    build(SettingArguments.ToHost(result) with { Quiet = true }),
                    result.GetValue(targets) ?? [],
                    Enum.Parse<SessionOrder>(result.GetValue(order)!, ignoreCase: true),
                    result.GetValue(all),
                    result.GetValue(once) || Console.IsOutputRedirected ? null : result.GetValue(interval).Value,
                    signals.Token);
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                // Ctrl+C is how people end it.
                return true;
            }
        }));
        return command;
    }

    private static async Task<bool> RunAsync(
        WebApplication app, string[] targets, SessionOrder order, bool all, TimeSpan? interval, CancellationToken stopping)
    {
        await using var service = app;
        var store = await StoreCheck.RunAsync(app.Services, stopping);
        var collectors = await TargetChoice.ChooseAsync(app, targets, store, tellsOfStore: true, stopping);
        if (interval is { } refreshed)
        {
            await WatchAsync(collectors, refreshed, order, all, stopping);
            return true;
        }

        var readings = await ReadAsync(collectors, stopping);
        Console.Write(Text(readings, order, all));
        return readings.TrueForAll(reading => reading.Reading.Unreachable is null);
    }

    private static async Task WatchAsync(
        IReadOnlyList<TargetCollector> collectors, TimeSpan interval, SessionOrder order, bool all, CancellationToken stopping)
    {
        using var screen = new TerminalScreen(Console.Out);
        do
        {
            var text = Text(await ReadAsync(collectors, stopping), order, all);
            screen.Show(text, Console.WindowWidth, Console.WindowHeight);
        }
        while (!await IsEndedAsync(interval, stopping));
    }

    private static async Task<List<(string Target, ActivityReading Reading)>> ReadAsync(
        IReadOnlyList<TargetCollector> collectors, CancellationToken stopping) =>
    [
        .. await Task.WhenAll(collectors.Select(
            async collector => (collector.Target.Name, await collector.ReadActivityAsync(stopping)))),
    ];

    private static string Text(List<(string Target, ActivityReading Reading)> readings, SessionOrder order, bool all) =>
        string.Join(Environment.NewLine, readings.Select(one => ActivityText.Of(one.Target, one.Reading, order, all)));

    /// <returns>Whether somebody pressed q meanwhile.</returns>
    private static async Task<bool> IsEndedAsync(TimeSpan interval, CancellationToken stopping)
    {
        for (var left = interval; left > TimeSpan.Zero; left -= KeyDelay)
        {
            await Task.Delay(left < KeyDelay ? left : KeyDelay, stopping);
            while (!Console.IsInputRedirected && Console.KeyAvailable)
            {
                if (Console.ReadKey(intercept: true).KeyChar is 'q' or 'Q')
                {
                    return true;
                }
            }
        }

        return false;
    }
}
