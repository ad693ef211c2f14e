using System.CommandLine;
using System.Globalization;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Storage.Status;

namespace MetricsCollector.Commands;

/// <summary><c>maintain</c>: retention, partitions and packing, now; safe beside a running service.</summary>
internal static class MaintainCommand
{
    private const double Megabyte = 1_000_000;

    public static Command Create(Func<HostSettings, WebApplication> build)
    {
        var command = new Command("maintain", "Drop expired history, make partitions and pack closed hours and days, now.");
        SettingArguments.AddTo(command);
        command.SetAction((result, cancellationToken) => StartupErrors.GuardAsync(async () =>
        {
            await using var app = build(SettingArguments.ToHost(result) with { Quiet = true });
            var store = app.Services.GetRequiredService<IStore>();
            var policy = app.Services.GetRequiredService<RetentionPolicy>();
            await store.PrepareAsync(cancellationToken);
            var removed = await store.KeepAsync(policy, cancellationToken);
            Console.WriteLine($"older than {Text(policy)}: removed {removed ?? "nothing"}");
            if (app.Services.GetRequiredService<StoreStatus>().Read().Size is { } size)
            {
                Console.WriteLine(Text(size));
            }

            return true;
        }));
        return command;
    }

    private static string Text(RetentionPolicy policy) =>
        string.Join(", ", policy.ByGlob.Select(metric => $"{metric.Key} {metric.Value}").Prepend(policy.Default.ToString()));

    private static string Text(StoreSize size) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        oldest snapshot              {size.OldestAt:u}
        size                         {size.Bytes / Megabyte:#,0.0} MB
        bytes per sample, newest     {size.BytesPerSample:0.00}
        growth per day               {size.BytesPerDay / Megabyte:#,0.0} MB
        forecast for the retention   {size.ForecastBytes / Megabyte:#,0.0} MB
        """);
}
