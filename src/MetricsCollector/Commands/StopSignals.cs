using System.Runtime.InteropServices;

namespace MetricsCollector.Commands;

/// <summary>
/// The signals that end the service, from the first line of the program on: the host listens to them only once it has started, and before
/// that they would cut it off halfway.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Begins to listen.</summary>
    public void Listen()
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                _stop.Cancel();
            }));
        }
    }

    /// <summary>
    /// Leaves signals to the system again, which ends the program at once: commands that change nothing have nothing to finish.
    /// </summary>
    public void Release()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _registrations.Clear();
    }

    public void Dispose()
    {
        Release();
        _stop.Dispose();
    }
}
