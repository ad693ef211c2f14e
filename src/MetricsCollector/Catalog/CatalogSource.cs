using MetricsCollector.Catalog.Definitions;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Catalog;

/// <summary>
/// The catalog of now. Files that change while the collector runs are read again; where they cannot be used, the last good version
/// stays and <see cref="Problems"/> says why.
/// </summary>
public sealed partial class CatalogSource
{
    private readonly IReadOnlyList<string> _directories;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<CatalogCheck> _checks;
    private volatile CatalogState _state;

    // Only the watcher touches these: what was seen last, what was tried last, what the state's catalog was made of.
    private MetricTexts _seen;
    private MetricTexts _tried;
    private MetricTexts _used;

    /// <summary>Reads the metric files.</summary>
    /// <exception cref="MetricFileException">A file or a directory is wrong; all errors at once.</exception>
    public CatalogSource(
        IOptions<CatalogOptions> options, TimeProvider time, ILogger<CatalogSource> logger, IEnumerable<CatalogCheck>? checks = null)
    {
        _directories = [.. options.Value.Directories];
        _time = time;
        _logger = logger;
        _checks = [.. checks ?? []];
        _seen = _tried = _used = MetricTexts.Read(_directories);
        _state = new CatalogState(Checked(MetricCatalog.Load(_used, null)), time.GetUtcNow(), []);
    }

    /// <summary>Comes after <see cref="Current"/> has changed, on the thread that read the files.</summary>
    public event EventHandler? Changed;

    /// <summary>The metrics as they were last read without an error. Metrics whose files say the same stay the same objects over
    /// changes.</summary>
    public MetricCatalog Current => _state.Catalog;

    /// <summary>When <see cref="Current"/> was read.</summary>
    public DateTimeOffset LoadedAt => _state.LoadedAt;

    /// <summary>Why the files as they are now are not used, one sentence each, with file, line and remedy; empty when they are.</summary>
    public IReadOnlyList<string> Problems => _state.Problems;

    /// <summary>Whether there is anything to watch.</summary>
    internal bool HasDirectories => _directories.Count > 0;

    /// <summary>Reads the metrics of one file, as they would be used beside those of now.</summary>
    /// <exception cref="MetricFileException">The file is wrong; all errors at once.</exception>
    public IReadOnlyList<MetricDefinition> ReadFile(string path)
    {
        var metrics = MetricCatalog.ReadFile(path);
        Checked(Current.With(metrics));
        return metrics;
    }

    /// <summary>Looks at the files. A change counts when the next look finds it the same: who writes several files is left to
    /// finish.</summary>
    internal void Look()
    {
        var now = MetricTexts.Read(_directories);
        var settled = now.SameAs(_seen);
        _seen = now;
        if (settled && !now.SameAs(_tried))
        {
            _tried = now;
            Try(now);
        }
    }

    private void Try(MetricTexts texts)
    {
        var before = _state;
        if (texts.SameAs(_used))
        {
            _state = before with { Problems = [] };
            Log.Restored(_logger, before.LoadedAt);
            return;
        }

        try
        {
            _state = new CatalogState(Checked(MetricCatalog.Load(texts, before.Catalog)), _time.GetUtcNow(), []);
        }
        catch (MetricFileException exception)
        {
            _state = before with { Problems = exception.Errors };
            if (!exception.Errors.SequenceEqual(before.Problems))
            {
                Log.Refused(_logger, before.LoadedAt, string.Join(Environment.NewLine + "  ", exception.Errors));
            }

            return;
        }

        _used = texts;
        Tell(before.Catalog, _state.Catalog);
    }

    private MetricCatalog Checked(MetricCatalog catalog)
    {
        var problems = _checks.SelectMany(check => check.Problems(catalog)).ToList();
        return problems.Count == 0 ? catalog : throw new MetricFileException(problems);
    }

    private void Tell(MetricCatalog before, MetricCatalog after)
    {
        Log.Reloaded(
            _logger,
            after.Metrics.Count,
            Names(after.Metrics.Where(metric => before.Find(metric.Name) is null)),
            Names(after.Metrics.Where(metric => before.Find(metric.Name) is { } old && old != metric)),
            Names(before.Metrics.Where(metric => after.Find(metric.Name) is null)));
        Changed?.Invoke(this, EventArgs.Empty);
    }

    private static string Names(IEnumerable<MetricDefinition> metrics) =>
        string.Join(", ", metrics.Select(metric => metric.Name)) is { Length: > 0 } names ? names : "none";

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Information, "The metric files changed: {Count} metrics; added: {Added}; changed: {Changed}; removed: {Removed}")]
        public static partial void Reloaded(ILogger logger, int count, string added, string changed, string removed);

        [LoggerMessage(
            2, LogLevel.Warning, "The metric files changed and cannot be used; what was read at {LoadedAt:O} stays in use:\n  {Problems}")]
        public static partial void Refused(ILogger logger, DateTimeOffset loadedAt, string problems);

        [LoggerMessage(3, LogLevel.Information, "The metric files are again as they were read at {LoadedAt:O}")]
        public static partial void Restored(ILogger logger, DateTimeOffset loadedAt);
    }
}
