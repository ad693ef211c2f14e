using System.Text.RegularExpressions;
using MetricsCollector.Catalog;
using MetricsCollector.Collection.Settings;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;
using MetricsCollector.Targets;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>Collects from a server in a test, and reads what came.</summary>
internal static partial class TestCollector
{
    public static readonly MetricCatalog BuiltIn = MetricCatalog.Load();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static MetricCatalog CatalogOf(params string[] files)
    {
        var directory = Directory.CreateTempSubdirectory("metrics-collector-catalog-");
        try
        {
            foreach (var (i, file) in files.Index())
            {
                File.WriteAllText(Path.Combine(directory.FullName, $"{i}.sql"), file);
            }

            return MetricCatalog.Load(directory.FullName);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    public static TargetCollector Of(
        string connectionString, MetricCatalog? catalog = null, string? databases = null, CollectionOptions? options = null,
        ISnapshotWriter? writer = null) => new(
        new Target("test", new NpgsqlConnectionStringBuilder(connectionString))
        {
            Preset = "exhaustive",
            Databases = new Globs([databases ?? "*"]),
        },
        catalog ?? BuiltIn,
        options ?? new CollectionOptions { Timeout = new Duration(TimeSpan.FromMinutes(1)) },
        writer ?? new Unwritten(),
        TimeProvider.System,
        NullLogger.Instance);

    public static Task<CollectionRun> CollectAsync(this TargetCollector collector, params string[] metrics) =>
        collector.CollectNowAsync(metrics.Length > 0 ? metrics : [.. collector.Plan.Metrics.Keys], store: false, Cancellation);

    public static Snapshot Find(this CollectionRun collection, string metric) =>
        collection.Snapshots.Single(snapshot => snapshot.Metric == metric);

    public static double? Value(this Snapshot snapshot, string field, params (string Name, string Value)[] labels)
    {
        var row = snapshot.Rows.Single(row => labels.All(label => row.Labels[label.Name] == label.Value));
        return row.Readings[snapshot.Fields.Index().Single(named => named.Item == field).Index];
    }

    /// <summary>The GRANTs that a reason advises, as they are printed.</summary>
    public static IReadOnlyList<string> GrantsIn(string reason) => [.. Grant().Matches(reason).Select(match => match.Value).Distinct()];

    public static async Task RunAsync(string connectionString, params string[] statements)
    {
        await using var connection = await OpenAsync(connectionString);
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
            await command.ExecuteNonQueryAsync(Cancellation);
        }
    }

    public static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    [GeneratedRegex("""GRANT [^;]*? TO "(?:[^"]|"")+"(?!")""", RegexOptions.None, 1000)]
    private static partial Regex Grant();
}
