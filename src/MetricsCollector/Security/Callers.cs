using Microsoft.Extensions.Options;

namespace MetricsCollector.Security;

/// <summary>The callers that have keys now: those of the settings as they were last right, also while the service runs.</summary>
internal sealed partial class Callers(IOptions<SecurityOptions> options, ILogger<Callers> logger)
{
    private volatile IReadOnlyList<KeyOptions> _keys = [.. options.Value.Keys];

    /// <summary>The callers and the files of their keys.</summary>
    public IReadOnlyList<KeyOptions> Keys => _keys;

    /// <summary>Looks at changed settings.</summary>
    /// <returns>What takes their callers.</returns>
    /// <exception cref="OptionsValidationException">They would let in everybody at this machine where a key was needed until
    /// now.</exception>
    public Action Changed(SecurityOptions changed) =>
        _keys.Count > 0 && changed.Keys.Count == 0 && !changed.Jwt.IsSet
            ? throw new OptionsValidationException(
                SecurityOptions.Section,
                typeof(SecurityOptions),
                ["Security:Keys is empty; leave at least one key, or restart the service to have it answer without."])
            : () => Use(changed);

    private static string Text(KeyOptions key) => $"{key.Name} {key.File} {string.Join(',', key.Scopes)}";

    private void Use(SecurityOptions changed)
    {
        var before = _keys;
        if (!changed.Keys.Select(Text).SequenceEqual(before.Select(Text), StringComparer.Ordinal))
        {
            _keys = [.. changed.Keys];
            Log.Changed(logger, changed.Keys.Count == 0 ? "none" : string.Join(", ", changed.Keys.Select(key => key.Name)));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The callers with keys are now: {Callers}")]
        public static partial void Changed(ILogger logger, string callers);
    }
}
