using System.CommandLine;
using System.Globalization;
using MetricsCollector.Storage.Postgres;

namespace MetricsCollector.Commands;

/// <summary><c>maintain</c>: retention, partitions and packing, now; safe beside a running service.</summary>
internal static class MaintainCommand
{
    private const double Megabyte = 1_000_000;

    public static Command Create(Func<HostSettings, WebApplication> build)
    {
        var command = new Command("maintain", "Drop expired history, make partitions and pack closed hours and days, now.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((result, cancellationToken) => StartupErrors.GuardAsync(async () =>
        {
            await using var app = build(new HostSettings([.. result.UnmatchedTokens]) { Quiet = true });
            await app.Services.GetRequiredService<PostgresSchema>().EnsureAsync(cancellationToken);
            var upkeep = app.Services.GetRequiredService<StoreUpkeep>();
            Console.WriteLine(Text(await StoreFailure.GuardAsync(() => upkeep.RunAsync(cancellationToken))));
            return true;
        }));
        return command;
    }

    private static string Text(StoreUpkeep.Result done) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        expired partitions dropped   {done.Dropped}
        unseen series removed        {done.RemovedSeries}
        packing steps                {done.PackingSteps}
        oldest snapshot              {done.Size.OldestAt:u}
        size                         {done.Size.Bytes / Megabyte:#,0.0} MB
        bytes per sample, newest     {done.Size.BytesPerSample:0.00}
        growth per day               {done.Size.BytesPerDay / Megabyte:#,0.0} MB
        forecast for the retention   {done.Size.ForecastBytes / Megabyte:#,0.0} MB
        """);
}
