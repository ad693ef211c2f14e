using System.Globalization;
using MetricsCollector.Catalog;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Collection;

/// <summary>Odd values in each column of each metric of the catalog: none costs more than itself.</summary>
[Trait("PostgreSQL", "any")]
public sealed class OddCellTests(OddServer server) : IClassFixture<OddServer>
{
    // A name in LATIN1, which a server does not check; NULL; a text longer than a label may be; a control character.
    private static readonly (string Sql, string? Text)[] OddTexts =
        [("latin('josé')", @"jos\xE9"), ("NULL::text", null), ("repeat('x', 3000)", new string('x', 3000)), (@"E'a\u0001b'", "a\u0001b")];

    private static readonly (string Sql, double Number)[] OddNumbers =
    [
        ("'NaN'::numeric", double.NaN), ("'Infinity'::numeric", double.PositiveInfinity), ("'-Infinity'::numeric", double.NegativeInfinity),
        ("(1 / 3::numeric) * (1 / 3::numeric)", 1 / 9.0), ("9223372036854775808::numeric", 9223372036854775808),
    ];

    [Fact]
    public async Task One_odd_cell_in_any_column_of_any_metric_costs_no_row()
    {
        var metrics = MetricCatalog.Load().Metrics.Where(metric => !metric.Computed).ToList();
        Assert.True(metrics.Count >= 50);
        await using var collector = new FileCollector(
            server.ConnectionString, metrics.Select(Override), string.Join(',', metrics.Select(metric => metric.Name)));
        var collection = await collector.CollectAsync();
        Assert.Null(collection.Unreachable);
        foreach (var metric in metrics)
        {
            var snapshot = FileCollector.Find(collection, metric.Name);
            Assert.Equal((metric.Name, Outcome.Ok), (metric.Name, snapshot.Outcome));
            var texts = metric.Labels.Count + metric.Attributes.Count;
            if (metric.Describes is not null)
            {
                continue;
            }

            if (metric.Labels.Count == 0)
            {
                Assert.Equal(
                    metric.Fields.Select((_, i) => (double?)OddNumbers[i % OddNumbers.Length].Number), snapshot.Rows.Single().Readings);
                Assert.Equal(
                    metric.Attributes.Select((_, i) => OddTexts[i % OddTexts.Length].Text),
                    metric.Attributes.Select(attribute => snapshot.Rows[0].Attributes?.GetValueOrDefault(attribute.Name)));
                continue;
            }

            Assert.Equal(
                (metric.Name, 1 + (texts * OddTexts.Length) + (metric.Fields.Count * OddNumbers.Length)),
                (metric.Name, snapshot.Rows.Count));
            Assert.All(metric.Labels, label => Assert.Contains(snapshot.Rows, row => row.Labels[label.Name] == @"jos\xE9"));
            Assert.All(
                metric.Attributes,
                attribute => Assert.Contains(snapshot.Rows, row => row.Attributes?.GetValueOrDefault(attribute.Name) == OddTexts[2].Text));
            Assert.All(
                metric.Fields.Select(
                    (field, i) => (field.Name, Readings: snapshot.Rows
                        .Select(row => row.Readings[i])
                        .Where(reading => reading != 1)
                        .ToList())),
                field => Assert.Equal(OddNumbers.Select(odd => (double?)odd.Number).Order(), field.Readings.Order()));
        }
    }

    [Fact]
    public async Task Names_that_are_not_UTF_8_are_shown_and_stay_different()
    {
        await using var collector = new FileCollector(server.ConnectionString, [], "roles,up");
        var snapshot = await collector.CollectAsync("roles");
        Assert.Equal(Outcome.Ok, snapshot.Outcome);
        Assert.Equal(
            [@"jos\xE8", @"jos\xE9"],
            snapshot.Rows.Select(row => row.Labels["rolname"]!).Where(name => name.StartsWith("jos", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task Labels_longer_than_255_keep_their_rows_apart_and_are_ok()
    {
        await using var collector = new FileCollector(
            server.ConnectionString,
            [FileCollector.File(
                "overloads",
                "SELECT repeat('character varying, ', 16) || last AS arguments, 1 AS v FROM unnest(ARRAY['text', 'integer']) AS last",
                "-- label arguments: A.",
                "-- gauge v things: V.")],
            "overloads");
        var first = await collector.CollectAsync("overloads");
        Assert.Equal((Outcome.Ok, 2), (first.Outcome, first.Rows.Count));
        Assert.All(first.Rows, row => Assert.Equal(255, row.Labels["arguments"]!.Length));
        Assert.Equal(first.Rows.Select(row => row.Labels), (await collector.CollectAsync("overloads")).Rows.Select(row => row.Labels));
    }

    [Fact]
    public async Task A_row_whose_labels_no_store_takes_is_left_out_and_told()
    {
        string[] labels = [.. Enumerable.Range(0, 8).Select(i => $"l{i}")];
        await using var collector = new FileCollector(
            server.ConnectionString,
            [FileCollector.File("wide", $"SELECT {string.Join(", ", labels.Select(label => $"repeat(x, 230) AS {label}"))}, 1 AS v FROM "
                + "unnest(ARRAY['a', '漢']) AS x", ["-- gauge v things: V.", .. labels.Select(label => $"-- label {label}: L.")])],
            "wide");
        var snapshot = await collector.CollectAsync("wide");
        Assert.Equal((OutcomeStatus.Partial, 1), (snapshot.Outcome.Status, snapshot.RowsLeftOut));
        Assert.Contains("the labels are too long to be stored", snapshot.Outcome.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(snapshot.Rows, row => row.Labels["l0"]!.StartsWith('漢'));
    }

    [Fact]
    public async Task A_declared_column_that_the_statement_does_not_give_is_told()
    {
        await using var collector = new FileCollector(
            server.ConnectionString, [FileCollector.File("misnamed", "SELECT 1 AS m", "-- gauge n things: N.")], "misnamed");
        var snapshot = await collector.CollectAsync("misnamed");
        Assert.Equal(Outcome.Partial("the statement gives no column 'n'; name it with AS n"), snapshot.Outcome);
    }

    [Fact]
    public async Task An_answer_of_400_000_rows_costs_itself_only()
    {
        await using var collector = new FileCollector(
            server.ConnectionString,
            [
                FileCollector.File(
                    "flood", "SELECT n::text AS n, n AS v FROM generate_series(1, 400000) AS n", "-- label n: N.", "-- gauge v things: V."),
                FileCollector.File("modest", "SELECT 1 AS v", "-- gauge v things: V."),
            ],
            "flood,modest");
        var collection = await collector.CollectAsync();
        var flood = FileCollector.Find(collection, "flood");
        Assert.Equal((OutcomeStatus.Partial, 20_000, 380_000), (flood.Outcome.Status, flood.Rows.Count, flood.RowsLeftOut));
        Assert.Contains("380,000 more rows", flood.Outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(
            (Outcome.Ok, 1),
            (FileCollector.Find(collection, "modest").Outcome, FileCollector.Find(collection, "modest").Rows[0].Readings[0]));
    }

    [Fact]
    public async Task The_answers_of_one_collection_are_bounded_together()
    {
        await using var collector = new FileCollector(
            server.ConnectionString,
            Enumerable.Range(0, 8)
                .Select(
                    i => FileCollector.File(
                        $"flood{i}",
                        "SELECT n::text AS n, n AS v FROM generate_series(1, 25000) AS n",
                        "-- label n: N.",
                        "-- gauge v things: V.")),
            "flood*");
        var collection = await collector.CollectAsync();
        Assert.Equal(
            (100_000, 100_000),
            (collection.Snapshots.Sum(snapshot => snapshot.Rows.Count), collection.Snapshots.Sum(snapshot => snapshot.RowsLeftOut)));
        Assert.All(collection.Snapshots, snapshot => Assert.Equal(OutcomeStatus.Partial, snapshot.Outcome.Status));
    }

    [Fact]
    public async Task Rows_that_several_databases_give_alike_are_told_and_kept_once()
    {
        await using var collector = new FileCollector(
            server.ConnectionString,
            [FileCollector.File(
                "same",
                "SELECT datname, 1 AS v FROM pg_database WHERE datname IN ('postgres', 'shop')",
                "-- scope: database",
                "-- label datname: D.",
                "-- gauge v things: V.")],
            "same",
            "postgres,shop");
        var snapshot = await collector.CollectAsync("same");
        Assert.Equal(["postgres", "shop"], snapshot.Rows.Select(row => row.Labels["datname"]!).Order());
        Assert.Equal(OutcomeStatus.Partial, snapshot.Outcome.Status);
        Assert.Contains("several databases gave a row", snapshot.Outcome.Reason, StringComparison.Ordinal);
    }

    // The metric's own columns: a good row, and one row for each odd value in each column.
    private static string[] Override(MetricDefinition metric)
    {
        string[] texts = [.. metric.Labels.Select(label => label.Name), .. metric.Attributes.Select(attribute => attribute.Name)];
        string[] header =
        [
            .. metric.Describes is null ? Array.Empty<string>() : [$"-- describes: {metric.Describes}"],
            .. metric.Labels.Select(label => $"-- label {label.Name}: L."),
            .. metric.Attributes.Select(attribute => $"-- attribute {attribute.Name}: A."),
            .. metric.Fields.Select(field => $"-- gauge {field.Name} things: F."),
        ];
        var rows = new List<string>();
        if (metric.Labels.Count == 0)
        {
            rows.Add("SELECT " + string.Join(", ", texts
                .Select((name, i) => $"{OddTexts[i % OddTexts.Length].Sql} AS {name}")
                .Concat(metric.Fields.Select((field, i) => $"({OddNumbers[i % OddNumbers.Length].Sql}) AS {field.Name}"))));
        }
        else
        {
            rows.Add(Row(-1, string.Empty));
            for (var column = 0; column < texts.Length + metric.Fields.Count; column++)
            {
                foreach (var odd in column < texts.Length ? OddTexts.Select(odd => odd.Sql) : OddNumbers.Select(odd => odd.Sql))
                {
                    rows.Add(Row(column, odd));
                }
            }
        }

        return FileCollector.File(metric.Name, string.Join("\nUNION ALL ", rows), header);

        string Row(int oddColumn, string odd) => "SELECT " + string.Join(", ", texts
            .Select((name, i) => $"{(i == oddColumn ? odd : $"'row{rows.Count.ToString(CultureInfo.InvariantCulture)}'")} AS {name}")
            .Concat(metric.Fields.Select((field, i) => $"{(texts.Length + i == oddColumn ? odd : "1::numeric")} AS {field.Name}")));
    }
}
