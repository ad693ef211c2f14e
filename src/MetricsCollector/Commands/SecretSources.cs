using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.Configuration.UserSecrets;
using Microsoft.Extensions.FileProviders;

namespace MetricsCollector.Commands;

/// <summary>The places that hold secrets: .NET user secrets, and a directory with one file per setting, as Docker and Kubernetes mount
/// them.</summary>
internal static class SecretSources
{
    private const string Setting = "Secrets:Directory";

    /// <summary>Adds them: user secrets below the environment, the directory above it and below the command line.</summary>
    /// <exception cref="InvalidDataException">The directory does not exist.</exception>
    public static void Add(ConfigurationManager configuration)
    {
        AddUserSecrets(configuration);
        if (configuration[Setting] is { Length: > 0 } directory)
        {
            AddDirectory(configuration, directory);
        }
    }

    private static void AddUserSecrets(ConfigurationManager configuration)
    {
        var attributes = typeof(SecretSources).Assembly.GetCustomAttributes(typeof(UserSecretsIdAttribute), false);
        if (attributes is not [UserSecretsIdAttribute { UserSecretsId: var id }, ..])
        {
            return;
        }

        var path = PathHelper.GetSecretsPathFromSecretsId(id);
        if (File.Exists(path))
        {
            var source = new JsonConfigurationSource { Path = path, Optional = true };
            source.ResolveFileProvider();
            var environment = configuration.Sources.OfType<EnvironmentVariablesConfigurationSource>().LastOrDefault();
            configuration.Sources.Insert(environment is null ? 0 : configuration.Sources.IndexOf(environment), source);
        }
    }

    private static void AddDirectory(ConfigurationManager configuration, string directory)
    {
        var full = Path.GetFullPath(directory);
        if (!Directory.Exists(full))
        {
            throw new InvalidDataException(
                $"{Setting} '{full}' does not exist; make it, with one file per setting such as ConnectionStrings__Store.");
        }

        var source = new KeyPerFileConfigurationSource
        {
            FileProvider = new PhysicalFileProvider(full),
            Optional = true,
            ReloadOnChange = true,
        };
        var commandLine = configuration.Sources.OfType<CommandLineConfigurationSource>().LastOrDefault();
        configuration.Sources.Insert(
            commandLine is null ? configuration.Sources.Count : configuration.Sources.IndexOf(commandLine), source);
    }
}
