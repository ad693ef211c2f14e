using Microsoft.Extensions.Configuration.Json;

namespace MetricsCollector.Configuration;

/// <summary>A settings file that keeps what it said when a change of it cannot be read.</summary>
internal sealed class LastKnownGoodJsonSource(SettingsFiles files) : JsonConfigurationSource
{
    /// <summary>Puts one in the place of every settings file.</summary>
    public static void Replace(ConfigurationManager configuration, SettingsFiles files)
    {
        for (var i = 0; i < configuration.Sources.Count; i++)
        {
            if (configuration.Sources[i] is JsonConfigurationSource { Path: not null } plain)
            {
                configuration.Sources[i] = new LastKnownGoodJsonSource(files)
                {
                    FileProvider = plain.FileProvider,
                    Path = plain.Path,
                    Optional = plain.Optional,
                    ReloadOnChange = plain.ReloadOnChange,
                    ReloadDelay = plain.ReloadDelay,
                };
            }
        }
    }

    /// <inheritdoc />
    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        EnsureDefaults(builder);
        return new Provider(this, files);
    }

    private sealed class Provider(LastKnownGoodJsonSource source, SettingsFiles files) : JsonConfigurationProvider(source)
    {
        private bool _loaded;

        public override void Load(Stream stream)
        {
            var path = Source.FileProvider?.GetFileInfo(Source.Path!).PhysicalPath ?? Source.Path!;
            try
            {
                base.Load(stream);
                _loaded = true;
                files.Read(path);
            }
            catch (FormatException exception) when (_loaded)
            {
                files.Refuse(path, $"is not valid JSON; write it again: {exception.GetBaseException().Message}");
            }
        }
    }
}
