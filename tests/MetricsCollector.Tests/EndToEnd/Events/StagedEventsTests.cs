using System.Net;
using System.Text;
using System.Text.Json;

namespace MetricsCollector.Tests.EndToEnd.Events;

/// <summary>What happened to a real server is what <c>/api/v1/events</c> tells, each once, with what was before and afterwards.</summary>
[Trait("PostgreSQL", "any")]
public sealed class StagedEventsTests(StagedEvents staged) : IClassFixture<StagedEvents>
{
    [Fact]
    public async Task A_setting_has_its_old_and_its_new_value()
    {
        var changes = (await staged.EventsAsync("kind=settingChanged")).ToDictionary(one => Text(one, "subject")!);
        Assert.Equal(
            ["archive_command", "log_min_messages", "log_statement", "primary_conninfo", "work_mem"],
            changes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("4MB", "64MB"), Values(changes["work_mem"]));
        Assert.Equal(("warning", "error"), Values(changes["log_min_messages"]));
        Assert.Equal(("none", "ddl"), Values(changes["log_statement"]));
        Assert.Equal(("", "host=db1 user=replicator password=*** sslmode=require"), Values(changes["primary_conninfo"]));
        Assert.Equal("***", Text(changes["archive_command"], "new"));
        Assert.Equal("The setting work_mem was changed from '4MB' to '64MB'.", Text(changes["work_mem"], "message"));
    }

    [Fact]
    public async Task A_secret_is_stored_nowhere()
    {
        var secret = Encoding.UTF8.GetBytes(StagedEvents.Secret);
        Assert.All(staged.Files, file => Assert.True(file.AsSpan().IndexOf(secret) < 0));
        Assert.DoesNotContain(StagedEvents.Secret, staged.Log, StringComparison.Ordinal);
        Assert.Contains(staged.Files, file => file.AsSpan().IndexOf("password=***"u8) >= 0);
    }

    [Fact]
    public async Task An_extension_is_created_updated_and_dropped()
    {
        var changes = await staged.EventsAsync("kind=extensionChanged");
        Assert.Equal(
            [("citext", "created"), ("hstore", "updated"), ("citext", "dropped")],
            changes.Select(one => (Text(one, "subject")!, Verb(one))));
        Assert.Equal(("1.4", "1.8"), Values(changes[1]));
        Assert.Null(Text(changes[0], "old"));
        Assert.Equal(Text(changes[0], "new"), Text(changes[2], "old"));
        Assert.Null(Text(changes[2], "new"));

        static string Verb(JsonElement one) =>
            ((string[])["created", "updated", "dropped"]).Single(verb => Text(one, "message")!.Contains(verb, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reset_is_one_event_for_each_view_and_database_and_a_crash_is_none()
    {
        var resets = await staged.EventsAsync("kind=statisticsReset");
        Assert.Equal(
            ["pg_stat_bgwriter", "pg_stat_database of database postgres"],
            resets.Select(one => Text(one, "subject")!).Order(StringComparer.Ordinal));
        Assert.Single(resets.Select(one => Text(one, "at")).Distinct());
    }

    [Fact]
    public async Task A_metric_is_lost_and_back_with_the_reason()
    {
        var events = await staged.EventsAsync("kind=metricLost,metricBack");
        Assert.Equal(
            [("metricLost", "archiver"), ("metricBack", "archiver")],
            events.Select(one => (Text(one, "kind")!, Text(one, "subject")!)));
        Assert.Contains("pg_stat_archiver", Text(events[0], "new"), StringComparison.Ordinal);
        Assert.Equal(Text(events[0], "new"), Text(events[1], "old"));
    }

    [Fact]
    public async Task A_server_is_restarted_crashes_goes_down_and_comes_up_once_each()
    {
        var events = await staged.EventsAsync("kind=restarted,crashed,failedOver,promoted,demoted,targetDown,targetUp");
        Assert.Equal(["restarted", "targetDown", "crashed", "targetUp"], events.Select(one => Text(one, "kind")!).OrderBy(Place));
        Assert.NotNull(Text(events.Single(one => Text(one, "kind") == "targetDown"), "new"));
        Assert.All(events, one => Assert.True(
            one.GetProperty("after").GetDateTimeOffset() < one.GetProperty("at").GetDateTimeOffset(), one.ToString()));

        // Both are seen by the same collection.
        static int Place(string kind) => Array.IndexOf(["restarted", "targetDown", "crashed", "targetUp"], kind);
    }

    [Fact]
    public async Task The_collector_was_started_once_more()
    {
        Assert.Single(await staged.EventsAsync("kind=collectorStarted"));
        Assert.Empty(await staged.EventsAsync("kind=gap"));
    }

    [Fact]
    public async Task Pages_and_formats_have_the_same_events_in_either_order()
    {
        var all = (await staged.EventsAsync(string.Empty)).Select(one => one.ToString()).ToList();
        var newest = (await staged.GetAsync("events?limit=1000")).GetProperty("items").EnumerateArray().Select(one => one.ToString());
        Assert.Equal(all, newest.Reverse());
        foreach (var order in (string[])["asc", "desc"])
        {
            var paged = new List<string>();
            string? cursor = null;
            do
            {
                var behind = cursor is null ? string.Empty : $"&cursor={cursor}";
                var page = await staged.GetAsync($"events?limit=2&order={order}&from=-2h{behind}");
                paged.AddRange(page.GetProperty("items").EnumerateArray().Select(one => one.ToString()));
                cursor = page.GetProperty("nextCursor").GetString();
            }
            while (cursor is not null);
            Assert.Equal(order == "asc" ? all : Enumerable.Reverse(all), paged);
        }

        var (_, lines) = await staged.GetTextAsync("events?order=asc&format=ndjson");
        Assert.Equal(all, lines.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var (_, csv) = await staged.GetTextAsync("events?format=csv&kind=metricLost");
        Assert.StartsWith("at,target,kind,after,subject,old,new,message\r\n", csv, StringComparison.Ordinal);
        var (answer, _) = await staged.GetTextAsync("events?format=ndjson&limit=1");
        Assert.True(answer.Headers.Contains("X-Next-Cursor"));
        Assert.Empty(await staged.EventsAsync("from=1970-01-01&to=2020-01-01"));
        Assert.Equal(all.Count, (await staged.EventsAsync("from=1970-01-01&to=9999-12-31")).Length);
    }

    [Theory]
    [InlineData("kind=restart", HttpStatusCode.BadRequest, "restarted")]
    [InlineData("target=stagd", HttpStatusCode.NotFound, "staged")]
    [InlineData("cursor=x", HttpStatusCode.BadRequest, "nextCursor")]
    [InlineData("limit=1001", HttpStatusCode.BadRequest, "1000")]
    [InlineData("order=up", HttpStatusCode.BadRequest, "desc")]
    public async Task Bad_input_gets_what_to_write_instead(string query, HttpStatusCode status, string hint)
    {
        var (answer, text) = await staged.GetTextAsync($"events?{query}");
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(hint, text, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement one, string name) => one.GetProperty(name).GetString();

    private static (string? Old, string? New) Values(JsonElement one) => (Text(one, "old"), Text(one, "new"));
}
