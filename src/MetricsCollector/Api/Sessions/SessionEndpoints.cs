using System.Globalization;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.OpenApi;
using MetricsCollector.Collection.Targets;
using MetricsCollector.Security;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Sessions;

/// <summary>The sessions of a server now: <c>GET /api/v1/targets/{target}/sessions</c>.</summary>
internal static class SessionEndpoints
{
    private const string LeftOutHeader = "X-Left-Out";

    private const string AtName = "at";

    private const string NotStored =
        "sessions are read now and not stored; /api/v1/targets/{target}/blocking?at=TIME has who waited for whom, and "
        + "/api/v1/query?metric=activity how many sessions did what";

    private const string Example = """
        {
          "target": "orders",
          "readAt": "2026-01-31T12:00:00Z",
          "outcome": "ok",
          "reason": null,
          "items": [
            {
              "pid": 4711,
              "database": "app",
              "role": "web",
              "application": "checkout",
              "clientAddress": "10.0.0.7",
              "backendType": "client backend",
              "state": "idle in transaction",
              "waitEventType": "Client",
              "waitEvent": "ClientRead",
              "backendSeconds": 3605.2,
              "transactionSeconds": 62.5,
              "querySeconds": 62.5,
              "stateSeconds": 62.1,
              "xidAge": 310,
              "xminAge": null,
              "blockedBy": [],
              "blocks": 5,
              "leaderPid": null,
              "queryId": "-6778788799485125644",
              "query": "UPDATE stock SET amount = 8 WHERE id = 1"
            }
          ],
          "leftOut": 0
        }
        """;

    private static readonly MetricFacts Facts = new("sessions", [], SessionResponse.Labels, new Duration(TimeSpan.FromSeconds(1)));

    private static readonly DeclaredParameter Name =
        CommonParameters.Target with { InPath = true, Required = true, Description = "Name of a target.", Example = "demo" };

    private static readonly DeclaredParameter Label = CommonParameters.Label with
    {
        Description = "A property of sessions and the value it must have, such as `state:active` or `application:web*`: one of "
            + string.Join(", ", SessionResponse.Labels.Select(label => $"`{label}`"))
            + ". `*` and `?` in the value make it a glob. May be given several times; all must match.",
    };

    private static readonly DeclaredParameter Order = DeclaredParameter.ChoiceOf<SessionOrder>(
        "order",
        "Which sessions come first: those with the longest open transaction, the longest running statement, the longest time in their "
        + "state, the most sessions that wait for them, or the oldest snapshot.") with
    {
        Default = "transaction",
    };

    private static readonly DeclaredParameter Limit = CommonParameters.Limit with { Description = "How many sessions to give at most." };

    private static readonly DeclaredParameter[] Declared = [Name, Label, Order, Limit, RowFormats.Parameter];

    /// <summary>Maps GET /targets/{target}/sessions below the group.</summary>
    public static void MapSessions(this IEndpointRouteBuilder api) => api.MapGet("/targets/{target}/sessions", GetAsync)
        .WithName("ListSessions")
        .WithTags("Sessions")
        .WithSummary("The sessions of a server now.")
        .WithDescription("""
            Asks the server at once, over the connection that collects from it, and stores nothing. Requests that come while it is read
            share the answer. Each session has what it does, for how long, what it waits for, which processes block it and how many it
            blocks, and what it holds back: `xminAge` is how many transactions old the rows are that vacuum must keep for it.

            Without the rights of `pg_read_all_stats` PostgreSQL shows less of the sessions of other roles: `outcome` is then `partial`,
            and `reason` has the GRANT.
            """)
        .WithMetadata(new NeedsScope(Scope.Collect))
        .WithParameters(Declared)
        .ProducesFormats<SessionsResponse>(new RowsExample(
            Example,
            SessionResponse.Columns,
            [
                4711, "app", "web", "checkout", "10.0.0.7", "client backend", "idle in transaction", "Client", "ClientRead", 3605.2, 62.5,
                62.5, 62.1, 310, default, string.Empty, 5, default, "-6778788799485125644", "UPDATE stock SET amount = 8 WHERE id = 1",
            ]))
        .ProducesParameterProblems()
        .WithProblem(StatusCodes.Status429TooManyRequests, CollectRateLimit.Title, CollectRateLimit.Example)
        .WithProblem(StatusCodes.Status503ServiceUnavailable, LiveActivity.UnreachableTitle, LiveActivity.UnreachableExample);

    private static async Task<IResult> GetAsync(
        string target, HttpContext context, TargetCollectors collectors, CollectRateLimit limit, CancellationToken cancellationToken)
    {
        if (context.Request.Query.ContainsKey(AtName))
        {
            var errors = new ParameterErrors();
            errors.Refuse(AtName, NotStored.Replace("{target}", ParameterTexts.Shown(target), StringComparison.Ordinal));
            return errors.Problem()!;
        }

        var parameters = new Parameters(context.Request.Query, Declared);
        var labels = parameters.Labels(Facts);
        var globs = parameters.Globs();
        var order = parameters.Choice<SessionOrder>(Order) ?? SessionOrder.Transaction;
        var most = parameters.Int(Limit);
        var format = RowFormats.Of(parameters, context.Request);
        if (parameters.Problem() is { } problem)
        {
            return problem;
        }

        if (collectors.Find(target) is not { } collector)
        {
            return Unknown.Problem("target", target, collectors.All.Select(known => known.Target.Name));
        }

        var (reading, failed) = await LiveActivity.ReadAsync(collector, context.Response, limit, cancellationToken);
        if (reading is null)
        {
            return failed!;
        }

        var sessions = SessionList.Of(SessionResponse.Of(reading), order, labels, globs);
        IReadOnlyList<SessionResponse> shown = [.. sessions.Take(most)];
        var leftOut = sessions.Count - shown.Count;
        if (format is null)
        {
            var outcome = reading.Sessions.Outcome;
            return TypedResults.Ok(new SessionsResponse(target, reading.At, outcome.Status, outcome.Reason, shown, leftOut));
        }

        context.Response.Headers[LeftOutHeader] = leftOut.ToString(CultureInfo.InvariantCulture);
        return new RowSet<SessionResponse>(shown.ToAsyncEnumerable(), SessionResponse.Columns, session => [session.ToRow()]).In(format);
    }
}
