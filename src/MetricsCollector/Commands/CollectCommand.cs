using System.CommandLine;
using System.Text.Json;
using MetricsCollector.Api.Collect;
using MetricsCollector.Api.Http;
using MetricsCollector.Commands.Reports;
using MetricsCollector.Snapshots;
using MetricsCollector.Telemetry;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Commands;

/// <summary><c>collect</c>: one collection of targets to standard output; stores nothing.</summary>
internal static class CollectCommand
{
    public static Command Create(Func<HostSettings, WebApplication> build)
    {
        var targets = new Option<string[]>("--target") { Description = "Name of a target, or a glob; may be repeated. All when left out." };
        var metrics = new Option<string[]>("--metric")
        {
            Description = "Name of a metric of the catalog, or a glob; may be repeated. All that the target is asked for when left out.",
        };
        var format = new Option<string>("--format") { Description = "json or table.", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("json", "table");
        var command = new Command("collect", "Ask targets once and print the answers; store nothing.") { targets, metrics, format };
        SettingArguments.AddTo(command);
        command.SetAction((result, cancellationToken) => StartupErrors.GuardAsync(async () =>
        {
            await using var app = build(SettingArguments.ToHost(result) with { Quiet = true });
            var store = await StoreCheck.RunAsync(app.Services, cancellationToken);
            var collectors = await TargetChoice.ChooseAsync(
                app, result.GetValue(targets) ?? [], store, tellsOfStore: true, cancellationToken);
            var passes = new List<CollectionPass>();
            foreach (var collector in collectors)
            {
                var wanted = TargetChoice.Metrics(app.Services, collector, result.GetValue(metrics) ?? []);
                passes.Add((await collector.TryAsync(wanted, cancellationToken)).Pass);
            }

            Console.WriteLine(result.GetValue(format) == "json" ? Json(app, passes) : Table(passes));
            return passes.TrueForAll(pass => pass.Status != OutcomeStatus.Failed);
        }));
        return command;
    }

    private static string Table(IEnumerable<CollectionPass> passes) =>
        string.Join(Environment.NewLine, passes.SelectMany(pass => pass.Snapshots.Select(snapshot =>
            Head(pass, snapshot) + (snapshot.Rows.Count == 0 ? string.Empty : PassTable.Rows(snapshot)))));

    private static string Head(CollectionPass pass, Snapshot snapshot)
    {
        var outcome = snapshot.Outcome;
        var reason = outcome.Reason is { } text ? ", " + text : string.Empty;
        return PlainText.Line($"# {pass.Target} {snapshot.Metric}: {outcome.Status.ToString().ToLowerInvariant()}{reason}")
            + Environment.NewLine;
    }

    private static string Json(WebApplication app, IEnumerable<CollectionPass> passes)
    {
        var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        return JsonSerializer.Serialize(
            new Page<CollectNowResponse>([.. passes.Select(pass => CollectNowResponse.From(pass, stored: false, now))], null),
            app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
    }
}
