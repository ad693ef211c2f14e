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
            var collections = new List<CollectionRun>();
            foreach (var collector in collectors)
            {
                var wanted = TargetChoice.Metrics(app.Services, collector, result.GetValue(metrics) ?? []);
                collections.Add((await collector.TryAsync(wanted, cancellationToken)).Collection);
            }

            Console.WriteLine(result.GetValue(format) == "json" ? Json(app, collections) : Table(collections));
            return collections.TrueForAll(collection => collection.Status != OutcomeStatus.Failed);
        }));
        return command;
    }

    private static string Table(IEnumerable<CollectionRun> collections) =>
        string.Join(Environment.NewLine, collections.SelectMany(collection => collection.Snapshots.Select(snapshot =>
            Head(collection, snapshot) + (snapshot.Rows.Count == 0 ? string.Empty : CollectionTable.Rows(snapshot)))));

    private static string Head(CollectionRun collection, Snapshot snapshot)
    {
        var outcome = snapshot.Outcome;
        var reason = outcome.Reason is { } text ? ", " + text : string.Empty;
        return PlainText.Line($"# {collection.Target} {snapshot.Metric}: {outcome.Status.ToString().ToLowerInvariant()}{reason}")
            + Environment.NewLine;
    }

    private static string Json(WebApplication app, IEnumerable<CollectionRun> collections)
    {
        var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        return JsonSerializer.Serialize(
            new Page<CollectNowResponse>(
                [.. collections.Select(collection => CollectNowResponse.From(collection, stored: false, now))], null),
            app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
    }
}
