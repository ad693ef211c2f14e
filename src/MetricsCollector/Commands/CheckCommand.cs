using System.CommandLine;
using System.Globalization;
using MetricsCollector.Catalog;
using MetricsCollector.Collection;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Commands;

/// <summary><c>check</c>: tries every target and the store, and says what works, what is missing, and the GRANT to run.</summary>
internal static class CheckCommand
{
    public static Command Create(Func<HostSettings, WebApplication> build)
    {
        var targets = new Option<string[]>("--target") { Description = "Name of a target, or a glob; may be repeated. All when left out." };
        var file = new Option<FileInfo>("--metric-file") { Description = "Try this one metric file: show its rows, kinds and cost." };
        var command = new Command("check", "Try every target and the store; say what works, what is missing, and what to run.") { targets, file };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((result, cancellationToken) => StartupErrors.GuardAsync(async () =>
        {
            await using var app = build(new HostSettings([.. result.UnmatchedTokens]) { Quiet = true });
            var collectors = await TargetChoice.ChooseAsync(app, result.GetValue(targets) ?? [], cancellationToken);
            return result.GetValue(file) is { } metricFile
                ? await TryFileAsync(app, collectors, metricFile, cancellationToken)
                : await TryAllAsync(app, collectors, cancellationToken);
        }));
        return command;
    }

    private static async Task<bool> TryAllAsync(WebApplication app, IReadOnlyList<TargetCollector> collectors, CancellationToken cancellationToken)
    {
        var good = await TryStoreAsync(app, cancellationToken);
        var unencrypted = new List<string>();
        foreach (var collector in collectors)
        {
            var pass = await collector.CollectNowAsync([.. collector.Plan.Metrics.Keys], store: false, cancellationToken);
            var facts = collector.State.Facts;
            Console.WriteLine();
            if (pass.Unreachable is not null || facts is null)
            {
                Console.WriteLine($"target {collector.Target.Name}: down, {pass.Unreachable}");
                good = false;
                continue;
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"target {collector.Target.Name}: up, PostgreSQL {facts.Version}, {(facts.InRecovery ? "standby" : "primary")}, role {facts.RoleName}, {facts.Databases.Count(collector.Target.WantsDatabase)} databases, {(facts.Encrypted ? "encrypted" : "NOT encrypted")}, {pass.RoundTrips} round trips, {(pass.FinishedAt - pass.StartedAt).TotalMilliseconds:0} ms"));
            Console.WriteLine(PassTable.Outcomes(pass));
            if (!facts.Encrypted)
            {
                unencrypted.Add(collector.Target.Name);
            }

            good &= pass.Snapshots.All(snapshot => snapshot.Outcome.Status != OutcomeStatus.Failed);
        }

        if (unencrypted.Count > 0)
        {
            Console.WriteLine($"Reached unencrypted: {string.Join(", ", unencrypted)}. Write SSL Mode=VerifyFull;Root Certificate=... (or ?sslmode=verify-full&sslrootcert=...) in the connection string where the network is not yours alone.");
        }

        return good;
    }

    private static async Task<bool> TryStoreAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.Services.GetRequiredService<ISnapshotReader>().ReadCollectionsAsync(null, null, 1, cancellationToken);
            Console.WriteLine("store: ok");
            return true;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OptionsValidationException)
        {
            Console.WriteLine($"store: {exception.Message}");
            return false;
        }
    }

    private static async Task<bool> TryFileAsync(WebApplication app, IReadOnlyList<TargetCollector> collectors, FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw new InvalidDataException($"--metric-file '{file.FullName}' does not exist.");
        }

        var metrics = MetricCatalog.ReadFile(file.FullName);
        var good = true;
        foreach (var collector in collectors)
        {
            var (pass, _) = await collector.TryAsync(metrics, cancellationToken);
            Console.WriteLine($"target {collector.Target.Name}: {pass.Unreachable ?? "up"}");
            Console.WriteLine(PassTable.Outcomes(pass));
            foreach (var (metric, snapshot) in metrics.Join(pass.Snapshots, metric => metric.Name, snapshot => snapshot.Metric, (metric, snapshot) => (metric, snapshot)))
            {
                Console.WriteLine(string.Join(Environment.NewLine, metric.Fields.Select(field => $"  {field.Kind.ToString().ToLowerInvariant()} {field.Name} {field.Unit}")));
                Console.WriteLine(PassTable.Rows(snapshot));
                good &= snapshot.Outcome.Status == OutcomeStatus.Ok;
            }
        }

        return good;
    }
}
