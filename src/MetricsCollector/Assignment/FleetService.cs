using System.Threading.Channels;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;

namespace MetricsCollector.Assignment;

/// <summary>Keeps the fleet running until the host stops: looks every few seconds, and when settings change.</summary>
internal sealed partial class FleetService(
    Fleet fleet, TargetCollectors collectors, CollectionSettings settings, TimeProvider time, ILogger<FleetService> logger)
    : BackgroundService
{
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Not disposed of: it has no timer before the stop, and collections may look at it to their end.
    private readonly CancellationTokenSource _giveUp = new();

    /// <summary>Begins no more collections, and waits for those that run: half of the time that stopping may take, so that they can still
    /// be stored.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _giveUp.CancelAfter(settings.Current.Options.StopTimeout.Value / 2);
        await base.StopAsync(cancellationToken);
        await fleet.StopAsync(_giveUp.Token);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (collectors.All.Count == 0)
        {
            Log.NoTargets(logger);
        }

        settings.Changed += Wake;
        try
        {
            while (true)
            {
                await ReconcileAsync(stoppingToken);
                using var woken = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                await Task.WhenAny(_changed.Reader.WaitToReadAsync(woken.Token).AsTask(), Task.Delay(fleet.Period, time, woken.Token));
                await woken.CancelAsync();
                stoppingToken.ThrowIfCancellationRequested();
                _changed.Reader.TryRead(out _);
            }
        }
        finally
        {
            settings.Changed -= Wake;
        }
    }

    private void Wake(object? sender, EventArgs e) => _changed.Writer.TryWrite(true);

    private async Task ReconcileAsync(CancellationToken stopping)
    {
        try
        {
            await fleet.ReconcileAsync(stopping);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Whatever was cut off, the stop comes next.
        }
        catch (Exception exception)
        {
            Log.Broke(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "No target is set, so nothing is collected; set Targets__0__Name and "
            + "Targets__0__ConnectionString, or PGHOST and its companions, or PUT one to /api/v1/targets")]
        public static partial void NoTargets(ILogger logger);

        [LoggerMessage(2, LogLevel.Error, "Reconciling the targets failed unexpectedly; retrying in seconds")]
        public static partial void Broke(ILogger logger, Exception exception);
    }
}
