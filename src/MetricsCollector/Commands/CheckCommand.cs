using System.CommandLine;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Commands.Reports;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage.Settings;
using MetricsCollector.Telemetry;

namespace MetricsCollector.Commands;

/// <summary><c>check</c>: tries every target and the store, and says what works, what is missing, and the GRANT to run.</summary>
internal static class CheckCommand
{
    // Targets that do not answer take their time; more at once would only burden this machine.
    private const int AtOnce = 8;

    public static Command Create(Func<HostSettings, WebApplication> build)
    {
        var targets = new Option<string[]>("--target") { Description = "Name of a target, or a glob; may be repeated. All when left out." };
        var file = new Option<FileInfo>("--metric-file") { Description = "Try this one metric file: show its rows, kinds and cost." };
        var problems = new Option<bool>("--problems") { Description = "Show only what needs something." };
        var command = new Command("check", "Try every target and the store; say what works, what is missing, and what to run.")
        {
            targets, file, problems,
        };
        SettingArguments.AddTo(command);
        command.SetAction((result, cancellationToken) => StartupErrors.GuardAsync(async () =>
        {
            await using var app = build(SettingArguments.ToHost(result) with { Quiet = true });
            var store = await StoreCheck.RunAsync(app.Services, cancellationToken);
            var globs = result.GetValue(targets) ?? [];
            if (result.GetValue(file) is not { } metricFile)
            {
                return await TryAllAsync(app, globs, store, result.GetValue(problems), cancellationToken);
            }

            var collectors = await TargetChoice.ChooseAsync(app, globs, store, tellsOfStore: true, cancellationToken);
            return await TryFileAsync(app.Services.GetRequiredService<CatalogSource>(), collectors, metricFile, cancellationToken);
        }));
        return command;
    }

    private static async Task<bool> TryAllAsync(
        WebApplication app, IReadOnlyList<string> globs, StoreCheck store, bool onlyProblems, CancellationToken cancellationToken)
    {
        if (!onlyProblems || !store.IsGood)
        {
            Print(PlainText.Line($"store: {store.Text}"));
        }

        var warnings = MetricGlobs.Warnings(
            app.Services.GetRequiredService<RetentionPolicy>(), app.Services.GetRequiredService<CatalogSource>().Current).ToList();
        warnings.ForEach(warning => Print(PlainText.Line($"settings: warning: {warning}")));

        var collectors = await TargetChoice.ChooseAsync(app, globs, store, tellsOfStore: false, cancellationToken);
        using var places = new SemaphoreSlim(AtOnce);
        var checks = new List<TargetCheck>();
        foreach (var pending in collectors.Select(collector => InTurnAsync(places, collector, cancellationToken)).ToList())
        {
            var check = await pending;
            checks.Add(check);
            Print(CheckReport.Of(check, onlyProblems));
        }

        Print(CheckReport.Summary(checks, store, warnings.Count));
        return store.IsGood && checks.TrueForAll(check => check.IsUp && !check.HasFailures);
    }

    private static async Task<TargetCheck> InTurnAsync(SemaphoreSlim places, TargetCollector collector, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        try
        {
            return await TargetCheck.RunAsync(collector, cancellationToken);
        }
        finally
        {
            places.Release();
        }
    }

    private static void Print(string text)
    {
        if (text.Length > 0)
        {
            Console.WriteLine(text);
        }
    }

    private static async Task<bool> TryFileAsync(
        CatalogSource catalog, IReadOnlyList<TargetCollector> collectors, FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw new InvalidDataException($"--metric-file '{file.FullName}' does not exist.");
        }

        var metrics = catalog.ReadFile(file.FullName);
        var good = true;
        foreach (var collector in collectors)
        {
            var (collection, _) = await collector.TryAsync(metrics, cancellationToken);
            Console.WriteLine(PlainText.Line($"target {collector.Target.Name}: {collection.Unreachable ?? "up"}"));
            Console.WriteLine(CollectionTable.Outcomes(collection.Snapshots));
            foreach (var snapshot in collection.Snapshots)
            {
                foreach (var field in metrics.Where(metric => metric.Name == snapshot.Metric).SelectMany(metric => metric.Fields))
                {
                    Console.WriteLine(PlainText.Line($"  {field.Kind.ToString().ToLowerInvariant()} {field.Name} {field.Unit}"));
                }

                Console.WriteLine(CollectionTable.Rows(snapshot));
                good &= snapshot.Outcome.Status == OutcomeStatus.Ok;
            }
        }

        return good;
    }
}
