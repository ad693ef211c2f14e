namespace MetricsCollector.Postgres;

/// <summary>A file that a connection needs cannot be used.</summary>
/// <param name="setting">The setting that names it.</param>
/// <param name="shown">Whose message says why; null where nobody may learn which files there are.</param>
/// <param name="inner">What was wrong.</param>
internal sealed class ConnectionFileException(string setting, Exception? shown, Exception inner)
    : IOException($"the file of {setting} cannot be used{(shown is null ? string.Empty : $": {shown.Message}")}", inner);
