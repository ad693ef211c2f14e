using System.CommandLine;
using System.Text.Json;
using MetricsCollector.Api;
using MetricsCollector.Snapshots;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Commands;

/// <summary><c>collect</c>: one pass over targets to standard output; stores nothing.</summary>
internal static class CollectCommand
{
    public static Command Create(Func<HostSettings, WebApplication> build)
    {
        var targets = new Option<string[]>("--target") { Description = "Name of a target, or a glob; may be repeated. All when left out." };
        var metrics = new Option<string[]>("--metric") { Description = "Name of a metric, or a glob; may be repeated. All that the target is asked for when left out." };
        var format = new Option<string>("--format") { Description = "json or table.", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("json", "table");
        var command = new Command("collect", "Ask targets once and print the answers; store nothing.") { targets, metrics, format };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((result, cancellationToken) => StartupErrors.GuardAsync(async () =>
        {
            await using var app = build(new HostSettings([.. result.UnmatchedTokens]) { Quiet = true });
            var collectors = await TargetChoice.ChooseAsync(app, result.GetValue(targets) ?? [], cancellationToken);
            var passes = new List<CollectionPass>();
            foreach (var collector in collectors)
            {
                passes.Add(await collector.CollectNowAsync(TargetChoice.Metrics(collector, result.GetValue(metrics) ?? []), store: false, cancellationToken));
            }

            Console.WriteLine(result.GetValue(format) == "json" ? Json(app, passes) : Table(passes));
            return passes.TrueForAll(pass => pass.Status != OutcomeStatus.Failed);
        }));
        return command;
    }

    private static string Table(IEnumerable<CollectionPass> passes) =>
        string.Join(Environment.NewLine, passes.SelectMany(pass => pass.Snapshots.Select(snapshot =>
            $"# {pass.Target} {snapshot.Metric}: {snapshot.Outcome.Status.ToString().ToLowerInvariant()}{(snapshot.Outcome.Reason is null ? string.Empty : ", " + snapshot.Outcome.Reason)}{Environment.NewLine}"
            + (snapshot.Rows.Count == 0 ? string.Empty : PassTable.Rows(snapshot)))));

    private static string Json(WebApplication app, IEnumerable<CollectionPass> passes)
    {
        var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        return JsonSerializer.Serialize(
            new Page<CollectNowResponse>([.. passes.Select(pass => CollectNowResponse.From(pass, stored: false, now))], null),
            app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
    }
}
