using System.Net;

namespace MetricsCollector.Tests.EndToEnd.Resets;

/// <summary>A statement that nobody saw before: its text is there soon, and what it did is told with it.</summary>
[Trait("PostgreSQL", "any")]
public sealed class NewStatementTests
{
    private const string Text = "SELECT max(i) AS fresh FROM one";

    [Fact]
    public async Task A_statement_has_its_text_with_the_next_collection_and_diff_tells_both()
    {
        // Texts are due every ten minutes, statements every ten seconds.
        await using var server = await ResetServer.StartAsync(TestMajors.All[0], "10s");
        await Eventually.TrueAsync(
            async () => (await server.GetAsync("series?metric=statements")).GetProperty("items").GetArrayLength() > 0,
            "statements were collected");
        await server.RunAsync(Text);
        var id = await server.TextAsync($"SELECT queryid FROM pg_stat_statements WHERE query = '{Text}'");
        await Eventually.TrueAsync(
            async () => await TextOfAsync(server, $"series?metric=statements&label=queryid:{id}") == Text, "the series has its text");

        await server.RunAsync(string.Join(';', Enumerable.Repeat(Text, 5)));
        var path = $"diff?metric=statements&field=total_exec_time,calls&order=calls&label=queryid:{id}";
        await Eventually.TrueAsync(
            async () => (await server.GetAsync(path))
                .GetProperty("items")
                .EnumerateArray()
                .Any(item => item.GetProperty("increase").GetDouble() == 5),
            "five calls were collected");
        var item = Assert.Single((await server.GetAsync(path)).GetProperty("items").EnumerateArray());
        Assert.Equal("calls", item.GetProperty("field").GetString());
        Assert.Equal(
            ["total_exec_time", "calls"],
            item.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("field").GetString()));
        Assert.True(item.GetProperty("fields")[0].GetProperty("increase").GetDouble() > 0);
        Assert.Equal(Text, await TextOfAsync(server, path));
        Assert.Equal(Text, await TextOfAsync(server, $"diff?metric=statements&label=queryid:{id}"));

        var all = await server.GetAsync("diff?metric=statements&field=calls&limit=1000");
        var increases = all.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("increase").GetDouble()).ToList();
        Assert.Equal(increases.OrderDescending(), increases);
        Assert.Equal(0, all.GetProperty("leftOut").GetInt32());
        Assert.True((await server.GetAsync("diff?metric=statements&field=calls&limit=1")).GetProperty("leftOut").GetInt32() > 0);

        var lines = (await server.GetTextAsync(path + "&format=csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("target,field,unit,queryid,datname,usename,toplevel,increase,perSecond,share,attributes", lines[0]);
        Assert.Equal(3, lines.Length);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(
            () => server.GetTextAsync("diff?metric=statements&field=mean_exec_time"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        await CheckStatementAsync(server, id);
        await CheckLoadAsync(server);
    }

    private static async Task CheckStatementAsync(ResetServer server, string id)
    {
        var statement = Assert.Single((await server.GetAsync($"statements/{id}")).GetProperty("items").EnumerateArray());
        Assert.Equal((Text, id), (statement.GetProperty("query").GetString(), statement.GetProperty("queryid").GetString()));
        Assert.True(statement.GetProperty("toplevel").GetBoolean());
        Assert.Equal(
            await server.TextAsync($"SELECT d.datname FROM pg_stat_statements JOIN pg_database AS d ON d.oid = dbid WHERE queryid = {id}"),
            statement.GetProperty("datname").GetString());
        Assert.Contains($",{Text},", await server.GetTextAsync($"statements/{id}?format=csv"), StringComparison.Ordinal);
        foreach (var (wrong, status) in ((string, HttpStatusCode)[])[("12", HttpStatusCode.NotFound), ("x", HttpStatusCode.BadRequest)])
        {
            Assert.Equal(
                status, (await Assert.ThrowsAsync<HttpRequestException>(() => server.GetTextAsync($"statements/{wrong}"))).StatusCode);
        }
    }

    // A statement has a text once it has ended.
    private static async Task CheckLoadAsync(ResetServer server)
    {
        await server.RunAsync("SELECT pg_sleep(0.1)");
        var id = await server.TextAsync("SELECT queryid FROM pg_stat_statements WHERE query = 'SELECT pg_sleep($1)'");
        var busy = server.RunAsync("SELECT pg_sleep(600.1)");
        await Eventually.TrueAsync(
            async () => await TextOfAsync(server, $"series?metric=load&label=queryid:{id}") == "SELECT pg_sleep($1)",
            "its load has its text");
        await server.RunAsync("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600.1)'");
        await Assert.ThrowsAnyAsync<Npgsql.PostgresException>(() => busy);
    }

    private static async Task<string?> TextOfAsync(ResetServer server, string path) =>
        (await server.GetAsync(path)).GetProperty("items") is var items
            && items.GetArrayLength() > 0
            && items[0].GetProperty("attributes").TryGetProperty("query", out var text) ? text.GetString() : null;
}
