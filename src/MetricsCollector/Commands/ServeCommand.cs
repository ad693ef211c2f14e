using System.CommandLine;

namespace MetricsCollector.Commands;

/// <summary><c>serve</c>: the service.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(ParseResult result, Func<HostSettings, WebApplication> build, CancellationToken cancellationToken)
    {
        if (result.UnmatchedTokens is [var first, ..] && !first.StartsWith("--", StringComparison.Ordinal))
        {
            await Console.Error.WriteLineAsync($"'{first}' is no command; write serve, demo, check, collect, maintain, schema or health, or --help for the list.");
            return 2;
        }

        return await StartupErrors.GuardAsync(async () =>
        {
            await using var app = build(new HostSettings([.. result.UnmatchedTokens]));
            await CollectorHost.StartAsync(app, cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
        });
    }
}
