using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MetricsCollector.Tests.Api;

/// <summary>Metrics of one's own as people write them, and metrics outside the preset that somebody wants once.</summary>
[Collection(nameof(CustomMetricsApp))]
[Trait("PostgreSQL", "ends")]
public sealed class CustomMetricsTests(CustomMetricsApp app)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("invoices")]
    [InlineData("only")]
    public async Task A_table_that_one_database_has_is_ok_there_and_nothing_elsewhere(string metric)
    {
        var snapshot = await LatestAsync(metric);
        Assert.Equal("ok", snapshot.GetProperty("outcome").GetString());
        var row = Assert.Single(snapshot.GetProperty("rows").EnumerateArray());
        Assert.Equal(app.First, row.GetProperty("labels").GetProperty("datname").GetString());
        Assert.Equal(3, row.GetProperty("values").GetProperty("invoices").GetDouble());
    }

    [Fact]
    public async Task A_table_that_the_connection_s_database_lacks_is_failed_with_a_hint()
    {
        var snapshot = await LatestAsync("elsewhere");
        Assert.Equal(("failed", "42P01"), (snapshot.GetProperty("outcome").GetString(), snapshot.GetProperty("sqlState").GetString()));
        Assert.EndsWith(
            "if it is in another one, write '-- scope: database' in its header",
            snapshot.GetProperty("reason").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declared_column_that_the_statement_does_not_give_is_partial()
    {
        var snapshot = await LatestAsync("lacking");
        Assert.Equal("partial", snapshot.GetProperty("outcome").GetString());
        Assert.Equal("the statement gives no column 'n'; name it with AS n", snapshot.GetProperty("reason").GetString());
        Assert.Equal(1, snapshot.GetProperty("rows")[0].GetProperty("values").GetProperty("m").GetDouble());
    }

    [Fact]
    public async Task An_exporter_s_query_in_each_database_has_the_database_as_a_label()
    {
        var snapshot = await LatestAsync("own_sizes");
        Assert.Equal("ok", snapshot.GetProperty("outcome").GetString());
        var rows = snapshot.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("labels")).ToList();
        Assert.Equal(rows.Count, rows.Select(labels => labels.ToString()).Distinct().Count());
        Assert.Equal(
            new[] { app.First, app.Second }.Order(), rows.Select(labels => labels.GetProperty("datname").GetString()).Distinct().Order());
    }

    [Fact]
    public async Task Rows_that_several_databases_give_alike_come_once_and_the_remedy_is_told()
    {
        var snapshot = await LatestAsync("own_databases");
        var names = snapshot.GetProperty("rows")
            .EnumerateArray()
            .Select(row => row.GetProperty("labels").GetProperty("datname").GetString())
            .ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Contains("postgres", names);
        Assert.Equal("partial", snapshot.GetProperty("outcome").GetString());
        Assert.Contains("master: true", snapshot.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metric elsewhere failed: relation \"public.invoices\" does not exist", "elsewhere")]
    [InlineData("2 metrics failed: elsewhere, nothing", "elsewhere", "nothing")]
    [InlineData(null, "units")]
    public async Task A_try_names_the_metrics_that_failed(string? reason, params string[] metrics)
    {
        using var client = app.CreateClient();
        using var response = await client.PostAsJsonAsync(
            new Uri($"/api/v1/targets/{CollectorApp.Target}/test", UriKind.Relative), new { metrics = metrics.Append("up") }, Cancellation);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(reason is null, answer.GetProperty("works").GetBoolean());
        var told = answer.GetProperty("reason").GetString();
        Assert.True(reason is null ? told is null : told!.StartsWith(reason, StringComparison.Ordinal), told);
        Assert.Equal("primary", answer.GetProperty("role").GetString());
    }

    [Fact]
    public async Task A_metric_outside_the_preset_is_collected_once_when_it_is_named_and_stored()
    {
        var asked = (await app.GetAsync($"/api/v1/targets/{CollectorApp.Target}")).GetProperty("metrics").GetInt32();
        var snapshot = Assert.Single(
            (await CollectAsync(HttpStatusCode.OK, "bloat")).GetProperty("items")[0].GetProperty("snapshots").EnumerateArray());
        Assert.Equal("bloat", snapshot.GetProperty("metric").GetString());
        Assert.NotEqual("failed", snapshot.GetProperty("outcome").GetString());
        Assert.Equal(asked, (await app.GetAsync($"/api/v1/targets/{CollectorApp.Target}")).GetProperty("metrics").GetInt32());
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/snapshots?metric=bloat&from=-1h")).GetProperty("items").GetArrayLength() == 1,
            "it is stored");
        Assert.Equal(1, (await app.GetAsync("/api/v1/snapshots/latest?metric=bloat")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("snapshots/latest?metric=shared_memory")]
    [InlineData("snapshots?metric=shared_memory&from=-1h")]
    [InlineData("query?metric=shared_memory&field=allocated_size&from=-1h")]
    [InlineData("diff?metric=shared_memory&from=-1h")]
    [InlineData("series?metric=shared_memory")]
    public async Task An_empty_answer_for_a_metric_outside_the_preset_says_so(string path)
    {
        Assert.Equal("exhaustive", (await app.GetAsync("/api/v1/metrics/shared_memory")).GetProperty("preset").GetString());
        var field = (await app.GetAsync("/api/v1/metrics/shared_memory")).GetProperty("fields")[0].GetProperty("name").GetString();
        var answer = await app.GetAsync("/api/v1/" + path.Replace("allocated_size", field, StringComparison.Ordinal));
        var note = Assert.Single(answer.GetProperty("notes").EnumerateArray()).GetString();
        Assert.Equal(
            $"metric 'shared_memory' is not in preset standard of {CollectorApp.Target}: add +shared_memory to Targets:N:Metrics, "
                + "or collect it once with POST /api/v1/collections",
            note);
    }

    [Theory]
    [InlineData("snapshots/latest?metric=database")]
    [InlineData("diff?metric=database")]
    [InlineData("series?metric=database")]
    public async Task A_metric_of_the_preset_has_no_notes(string path) =>
        Assert.False((await app.GetAsync("/api/v1/" + path)).TryGetProperty("notes", out _));

    [Theory]
    [InlineData("snapshots/latest?metric=marks")]
    [InlineData("snapshots/latest?metric=marks&fields=n")]
    [InlineData("snapshots/latest?metric=marks&format=ndjson")]
    [InlineData("snapshots?metric=marks")]
    [InlineData("snapshots?metric=marks&format=ndjson")]
    [InlineData("series?metric=marks")]
    [InlineData("series?metric=marks&format=ndjson")]
    [InlineData("series?metric=marks&format=csv")]
    [InlineData("query?metric=marks&field=n&from=-1h")]
    [InlineData("query?metric=marks&field=n&from=-1h&format=ndjson")]
    [InlineData("diff?metric=marks")]
    [InlineData("diff?metric=marks&format=ndjson")]
    [InlineData("diff?metric=marks&format=csv")]
    [InlineData("stream?metric=marks")]
    public async Task Every_answer_escapes_only_what_JSON_demands(string path)
    {
        using var client = app.CreateClient();
        await Eventually.TrueAsync(
            async () => (await client.GetStringAsync(new Uri("/api/v1/diff?metric=marks", UriKind.Relative), Cancellation))
                .Contains("\"field\":\"n\"", StringComparison.Ordinal),
            "it was collected twice");
        using var answer = await client.GetAsync(
            new Uri("/api/v1/" + path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var body = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        var text = new System.Text.StringBuilder();
        while (await body.ReadLineAsync(Cancellation) is { } line
            && !(path.StartsWith("stream", StringComparison.Ordinal) && text.Length > 0 && line.Length == 0))
        {
            text.AppendLine(line);
        }

        Assert.Contains("it's <a+b> & é", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\\u", text.ToString(), StringComparison.Ordinal);
        if (path.StartsWith("series", StringComparison.Ordinal) || path.StartsWith("diff", StringComparison.Ordinal))
        {
            Assert.Contains("d'é <c+d> &", text.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("snapshots/latest?metric=talks")]
    [InlineData("series?metric=talks")]
    [InlineData("diff?metric=talks")]
    public async Task Rows_without_a_text_say_why(string path)
    {
        const string Note =
            "1 of the rows of test-server have no words: metric 'talk_texts' gives it every 4m, and not of every row "
            + "(Texts of the first two talks); POST /api/v1/collections reads it now";
        await Eventually.TrueAsync(
            async () => (await app.GetAsync("/api/v1/" + path)).TryGetProperty("notes", out var notes)
                && notes.EnumerateArray().Select(note => note.GetString()).SequenceEqual([Note]),
            "the one without a text is told");
    }

    [Fact]
    public async Task Notes_and_problems_escape_only_what_JSON_demands()
    {
        using var client = app.CreateClient();
        Assert.Contains(
            "metric 'shared_memory' is not in preset standard of test-server: add +shared_memory to",
            await client.GetStringAsync(new Uri("/api/v1/snapshots/latest?metric=shared_memory", UriKind.Relative), Cancellation),
            StringComparison.Ordinal);
        using var refused = await client.GetAsync(new Uri("/api/v1/snapshots/latest?metric=%3Ca%2Bb%3E", UriKind.Relative), Cancellation);
        Assert.Contains("'<a+b>' is not known", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_a_diff_are_the_whole_of_it_over_the_range_of_the_first()
    {
        const string Question = "/api/v1/diff?metric=database&from=-1h";
        await Eventually.TrueAsync(
            async () => (await app.GetAsync(Question)).GetProperty("items").GetArrayLength() > 3, "some counters have moved");
        var first = await app.GetAsync(Question + "&limit=2");
        Assert.Equal(2, first.GetProperty("items").GetArrayLength());
        var range = $"&from={first.GetProperty("from").GetString()}&to={first.GetProperty("to").GetString()}";
        var whole = await app.GetAsync($"/api/v1/diff?metric=database{range}&limit=1000");
        Assert.Equal(JsonValueKind.Null, whole.GetProperty("nextCursor").ValueKind);
        var expected = Texts(whole);
        var pages = Texts(first);
        for (var page = first; page.GetProperty("nextCursor").GetString() is { } cursor; pages.AddRange(Texts(page)))
        {
            Assert.Equal(expected.Count - pages.Count, page.GetProperty("leftOut").GetInt32());
            page = await app.GetAsync($"{Question}&limit=2&cursor={cursor}");
            Assert.Equal(first.GetProperty("to").GetString(), page.GetProperty("to").GetString());
        }

        Assert.Equal(expected, pages);

        static List<string> Texts(JsonElement answer) => [.. answer.GetProperty("items").EnumerateArray().Select(Text)];

        static string Text(JsonElement item) =>
            $"{item.GetProperty("target")} {item.GetProperty("labels")} {item.GetProperty("field")} {item.GetProperty("increase")}";
    }

    [Fact]
    public async Task A_misspelt_metric_is_answered_with_the_closest()
    {
        var problem = await CollectAsync(HttpStatusCode.NotFound, "bloatt");
        Assert.Contains(
            "'bloatt' matches no metric; did you mean 'bloat'?", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_with_a_misspelt_metric_is_refused()
    {
        using var client = app.CreateClient();
        using var answer = await client.PutAsJsonAsync(
            new Uri("/api/v1/targets/misspelt", UriKind.Relative),
            new
            {
                connectionString = "postgres://nobody@127.0.0.1:1/postgres",
                metrics = new[] { "+bloatt" },
                intervals = new Dictionary<string, string> { ["activty"] = "5s" },
            },
            Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var detail = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("detail").GetString();
        Assert.Contains("metrics: has '+bloatt', which matches no metric; did you mean 'bloat'?", detail, StringComparison.Ordinal);
        Assert.Contains("intervals: has 'activty', which matches no metric; did you mean 'activity'", detail, StringComparison.Ordinal);
        using var unknown = await client.GetAsync(new Uri("/api/v1/targets/misspelt", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private async Task<JsonElement> CollectAsync(HttpStatusCode status, params string[] metrics)
    {
        using var client = app.CreateClient();
        using var answer = await client.PostAsJsonAsync(new Uri("/api/v1/collections", UriKind.Relative), new { metrics }, Cancellation);
        Assert.Equal(status, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private async Task<JsonElement> LatestAsync(string metric)
    {
        JsonElement items = default;
        await Eventually.TrueAsync(
            async () =>
            {
                items = (await app.GetAsync($"/api/v1/snapshots/latest?metric={metric}")).GetProperty("items");
                return items.GetArrayLength() == 1;
            },
            $"{metric} is collected");
        return items[0];
    }
}
