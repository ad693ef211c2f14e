using System.CommandLine;
using MetricsCollector.Storage;

namespace MetricsCollector.Commands;

/// <summary><c>schema</c>: creates or upgrades the store's schema, and ends.</summary>
internal static class SchemaCommand
{
    public static Command Create(Func<HostSettings, WebApplication> build)
    {
        var command = new Command("schema", "Create or upgrade the store's schema.");
        SettingArguments.AddTo(command);
        command.SetAction((result, cancellationToken) => StartupErrors.GuardAsync(async () =>
        {
            await using var app = build(SettingArguments.ToHost(result) with { Quiet = true });
            var version = await app.Services.GetRequiredService<IStore>().PrepareAsync(cancellationToken);
            Console.WriteLine($"The schema of the store is of version {version}.");
            return true;
        }));
        return command;
    }
}
