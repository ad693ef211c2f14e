
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Commands.Reports;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Delivery;
using MetricsCollector.Storage.Settings;

namespace MetricsCollector.Commands;

/// <summary>
/// One run of the service, from a signal that may come before it has started to the line in the log that says it has ended.
/// </summary>
internal sealed partial class ServiceRun(StopSignals signals)
{
    private bool _started;

    /// <summary>Runs the service until a signal ends it.</summary>
    /// <param name="signals">End it.</param>
    /// <param name="serve">Makes, starts and awaits it; the token is cancelled by the signal.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(
        StopSignals signals, Func<ServiceRun, CancellationToken, Task> serve) => StartupErrors.GuardAsync(async () =>
    {
        var run = new ServiceRun(signals);
        try
        {
            await serve(run, signals.Token);
        }
        catch (Exception) when (!run._started && signals.Token.IsCancellationRequested)
        {
            // Whatever was under way was cut off; there is nothing to mend.
            await Console.Error.WriteLineAsync("metrics-collector was stopped before it had started.");
        }
    });

    /// <summary>
    /// Starts the service. Where that fails, on a port that is taken for one, what runs already is stopped properly, and not cut off.
    /// </summary>
    public async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch
        {
            // What fails here too must not hide why it did not start.
            await app.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        _started = true;
        var collectors = app.Services.GetRequiredService<TargetCollectors>().All;
        Log.Started(
            Logger(app),
            Quantity.Of(collectors.Count, "target"),
            Quantity.Of(collectors.SelectMany(collector => collector.Plan.Metrics.Keys).Distinct(StringComparer.Ordinal).Count(), "metric"),
            app.Services.GetRequiredService<CollectionSettings>().Current.Options.Interval,
            app.Services.GetRequiredService<IStore>().Place,
            app.Services.GetRequiredService<RetentionPolicy>().Default,
            string.Join(", ", app.Urls));
    }

    /// <summary>Waits until the service has stopped.</summary>
    public async Task WaitForStopAsync(WebApplication app)
    {
        // Whoever hosts the service, as tests do, may dispose of its services as soon as it has stopped.
        var (time, queue, spool, logger) = (
            app.Services.GetRequiredService<TimeProvider>(),
            app.Services.GetRequiredService<DeliveryQueue>(),
            app.Services.GetRequiredService<CollectionSpool>(),
            Logger(app));
        var began = time.GetTimestamp();
        await app.WaitForShutdownAsync(signals.Token);
        var (ran, lost, spooled) = (time.GetElapsedTime(began), queue.Collections, spool.Collections);
        Log.Stopped(
            logger,
            new Duration(TimeSpan.FromSeconds(Math.Round(ran.TotalSeconds))),
            (lost, spooled) switch
            {
                (0, 0) => "everything collected is stored",
                (0, _) => $"{Quantity.Of(spooled, "collection")} will be stored from the spool at the next start",
                _ => $"{Quantity.Of(lost, "collection")} could not be stored",
            });
    }

    private static ILogger Logger(WebApplication app) => app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("MetricsCollector");

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Information,
            "Started: {Targets}, {Metrics}, every {Interval}, store {Store}, retention {Retention}, listening on {Addresses}")]
        public static partial void Started(
            ILogger logger, string targets, string metrics, Duration interval, string store, Duration retention, string addresses);

        [LoggerMessage(2, LogLevel.Information, "Stopped after {Ran}: {Left}")]
        public static partial void Stopped(ILogger logger, Duration ran, string left);
    }
}
