using MetricsCollector.Catalog;
using MetricsCollector.Configuration;
using MetricsCollector.Targets;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace MetricsCollector.Collection.Settings;

/// <summary>
/// The settings that take effect while the program runs. A change is used as a whole or not at all: where anything is wrong, the last
/// good settings stay and <see cref="Problems"/> says why.
/// </summary>
public sealed partial class CollectionSettings : IDisposable
{
    private readonly SettingsReader _reader;
    private readonly IConfiguration _configuration;
    private readonly CatalogSource _catalog;
    private readonly ILogger _logger;
    private readonly IDisposable _watch;
    private SettingNames _names;
    private volatile SettingsState _current;
    private volatile bool _stale;
    private volatile IReadOnlyList<string> _problems = [];

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong; every error at once with what to write instead.</exception>
    public CollectionSettings(
        SettingsReader reader, TargetSettingsReader targets, CatalogSource catalog, ILogger<CollectionSettings> logger)
    {
        (_reader, _configuration, _catalog, _logger) = (reader, targets.Configuration, catalog, logger);
        var (state, _, problems) = reader.Read(catalog.Current);
        _names = SettingNames.Of(_configuration);
        _current = state ?? throw new OptionsValidationException(CollectionOptions.Section, typeof(CollectionOptions), problems);
        _watch = ChangeToken.OnChange(_configuration.GetReloadToken, MayHaveChanged);

        // Globs are right or wrong by the metrics there are.
        catalog.Changed += OnCatalogChanged;
    }

    /// <summary>Comes when a source of the settings may have changed; <see cref="Reload"/> looks.</summary>
    internal event EventHandler? Changed;

    /// <summary>The settings as they were last right.</summary>
    public SettingsState Current => _current;

    /// <summary>Why the settings as they are now are not used, one sentence each with what to write; empty when they are.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <inheritdoc />
    public void Dispose()
    {
        _catalog.Changed -= OnCatalogChanged;
        _watch.Dispose();
    }

    /// <summary>Reads the settings again if they may have changed, and uses them if all of them are right.</summary>
    internal void Reload()
    {
        if (!_stale)
        {
            return;
        }

        _stale = false;
        var (state, uses, problems) = _reader.Read(_catalog.Current);
        if (state is null)
        {
            if (!problems.SequenceEqual(_problems, StringComparer.Ordinal))
            {
                Log.Refused(_logger, _current.LoadedAt, string.Join(" ", problems));
            }

            _problems = problems;
            return;
        }

        var mended = _problems.Count > 0;
        _problems = [];
        foreach (var use in uses)
        {
            use();
        }

        if (!state.SameAs(_current))
        {
            _current = state;
        }

        TellChanges(mended);
    }

    private void TellChanges(bool mended)
    {
        var now = SettingNames.Of(_configuration);
        var (used, later) = _names.ChangesTo(now);
        _names = now;
        if (used.Count > 0)
        {
            Log.Changed(_logger, SettingNames.Text(used));
        }

        if (later.Count > 0)
        {
            Log.Later(_logger, SettingNames.Text(later));
        }

        if (mended && used.Count + later.Count == 0)
        {
            Log.Mended(_logger, _current.LoadedAt);
        }
    }

    private void OnCatalogChanged(object? sender, EventArgs e) => MayHaveChanged();

    private void MayHaveChanged()
    {
        _stale = true;
        Changed?.Invoke(this, EventArgs.Empty);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The settings changed and are used: {Names}")]
        public static partial void Changed(ILogger logger, string names);

        [LoggerMessage(2, LogLevel.Warning, "The settings changed and cannot be used, those read at {LoadedAt:O} stay: {Problems}")]
        public static partial void Refused(ILogger logger, DateTimeOffset loadedAt, string problems);

        [LoggerMessage(4, LogLevel.Information, "The settings changed and will be used at the next start: {Names}")]
        public static partial void Later(ILogger logger, string names);

        [LoggerMessage(3, LogLevel.Information, "The settings are again as they were read at {LoadedAt:O}")]
        public static partial void Mended(ILogger logger, DateTimeOffset loadedAt);
    }
}
