using System.Text;
using MetricsCollector.Configuration;
using Serilog.Sinks.File;

namespace MetricsCollector.Telemetry;

/// <summary>Keeps each log file that is begun to the user of the service.</summary>
internal sealed class LogFileHooks : FileLifecycleHooks
{
    /// <inheritdoc />
    public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
    {
        if (underlyingStream.Length == 0)
        {
            OwnerOnly.Restrict(path);
        }

        return underlyingStream;
    }
}
