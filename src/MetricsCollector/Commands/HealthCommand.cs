using System.CommandLine;

namespace MetricsCollector.Commands;

/// <summary><c>health</c>: asks a service on this machine whether it is alive, for images that have neither shell nor curl.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    public static Command Create()
    {
        var url = new Option<Uri>("--url")
        {
            Description = "What to ask, such as http://localhost:5080/healthz. Default: where the settings have the service listen.",
            CustomParser = static result =>
            {
                if (HealthAddress.Parse(result.Tokens[^1].Value) is { } address)
                {
                    return address;
                }

                result.AddError("--url is not an http or https address; write --url http://localhost:5080/healthz");
                return null;
            },
        };
        var command = new Command("health", "Ask a service on this machine whether it is alive; exit code 0 when it is.") { url };
        SettingArguments.AddTo(command);
        command.SetAction((result, cancellationToken) => StartupErrors.GuardAsync(() => IsAliveAsync(
            result.GetValue(url) is { } given ? [new HealthAddress(given)] : HealthAddress.OfSettings([.. SettingArguments.Of(result)]),
            cancellationToken)));
        return command;
    }

    // One that answers is enough: a service has one process, whatever the number of its addresses.
    private static async Task<bool> IsAliveAsync(IReadOnlyList<HealthAddress> addresses, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        var answers = await Task.WhenAll(addresses.Select(address => address.ExecuteAsync(timeout.Token)));
        if (Array.Exists(answers, answer => answer is null))
        {
            Console.WriteLine("alive");
            return true;
        }

        Console.WriteLine(string.Join(Environment.NewLine, answers));
        return false;
    }
}
