using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace MetricsCollector.Tests.Api.Sessions;

/// <summary>Sessions of one test on the watched server, and what the service and PostgreSQL say of them.</summary>
internal sealed class StagedBlocking(BlockedServer server) : IAsyncDisposable
{
    private readonly List<NpgsqlConnection> _sessions = [];
    private readonly List<Task> _running = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
        }
    }

    /// <summary>Opens a session.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string application = "test", string database = "postgres")
    {
        var address = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Pooling = false,
            ApplicationName = application,
            Database = database,
        };
        var session = new NpgsqlConnection(address.ConnectionString);
        await session.OpenAsync(Cancellation);
        _sessions.Add(session);
        return session;
    }

    /// <summary>Runs a statement to its end.</summary>
    public static async Task RunAsync(NpgsqlConnection session, string sql)
    {
        await using var command = new NpgsqlCommand(sql, session) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Starts a statement that will wait, and waits until it does.</summary>
    public async Task<NpgsqlConnection> BlockAsync(string application, string sql, string database = "postgres")
    {
        var session = await OpenAsync(application, database);
        Start(session, sql);
        await Eventually.TrueAsync(
            () => ScalarAsync<bool>($"SELECT cardinality(pg_blocking_pids({session.ProcessID})) > 0"), $"'{sql}' waits");
        return session;
    }

    /// <summary>Starts a statement.</summary>
    public void Start(NpgsqlConnection session, string sql) => _running.Add(RunAsync(session, sql));

    /// <summary>Waits for all that was started; how it ended does not matter.</summary>
    public Task EndedAsync() => Task.WhenAll(_running.Select(one => one.ContinueWith(_ => { }, TaskScheduler.Default)));

    /// <summary>What a superuser reads.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var session = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
        await session.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, session);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>Who waits for whom by PostgreSQL's own word, as text.</summary>
    public Task<string> EdgesAsync() => ScalarAsync<string>(
        """
        SELECT coalesce(string_agg(format('%s>%s', pid, blockers), ' ' ORDER BY pid), '')
        FROM (
            SELECT pid, (SELECT string_agg(DISTINCT b::text, ',' ORDER BY b::text) FROM unnest(pg_blocking_pids(pid)) AS b) AS blockers
            FROM pg_stat_activity
            WHERE wait_event_type = 'Lock' AND cardinality(pg_blocking_pids(pid)) > 0
        ) AS waits
        """);

    /// <summary>The same by a tree.</summary>
    public static string EdgesOf(JsonElement tree) => string.Join(
        ' ',
        Items(tree)
            .Where(item => item.GetProperty("waitsFor").GetArrayLength() > 0)
            .OrderBy(item => item.GetProperty("pid").GetInt32())
            .Select(item => $"{item.GetProperty("pid").GetInt32()}>"
                + string.Join(',', item.GetProperty("waitsFor").EnumerateArray().Select(pid => $"{pid}").Order(StringComparer.Ordinal))));

    /// <summary>The items of an answer.</summary>
    public static IReadOnlyList<JsonElement> Items(JsonElement answer) => [.. answer.GetProperty("items").EnumerateArray()];

    /// <summary>The item of a process.</summary>
    public static JsonElement Item(JsonElement answer, int pid) => Items(answer).Single(item => item.GetProperty("pid").GetInt32() == pid);

    /// <summary>Asks the service.</summary>
    public async Task<HttpResponseMessage> SendAsync(string path)
    {
        using var client = server.CreateClient();
        return await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
    }

    /// <summary>Asks the service for JSON, whatever the status.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await SendAsync(path);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    /// <summary>Asks the service for text.</summary>
    public async Task<string> TextAsync(string path)
    {
        using var answer = await SendAsync(path);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }
}
