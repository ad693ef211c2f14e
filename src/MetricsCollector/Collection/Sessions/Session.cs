using System.Globalization;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Collection.Sessions;

/// <summary>A session of a server, as it was when it was read; ages are seconds.</summary>
/// <param name="Pid">Its process.</param>
internal sealed record Session(int Pid)
{
    /// <summary>Database; null for processes that belong to none.</summary>
    public string? Database { get; init; }

    /// <summary>Role.</summary>
    public string? Role { get; init; }

    /// <summary>The name it gives itself.</summary>
    public string? Application { get; init; }

    /// <summary>Address of the client; null over a Unix socket.</summary>
    public string? ClientAddress { get; init; }

    /// <summary>Kind of process.</summary>
    public string? BackendType { get; init; }

    /// <summary>What it does; null for background processes.</summary>
    public string? State { get; init; }

    /// <summary>Kind of event it waits for; null when it does not wait.</summary>
    public string? WaitEventType { get; init; }

    /// <summary>Event it waits for.</summary>
    public string? WaitEvent { get; init; }

    /// <summary>Identifier of its statement; null where the server computes none.</summary>
    public string? QueryId { get; init; }

    /// <summary>The statement it runs or ran last, at most 4,096 characters of it.</summary>
    public string? Query { get; init; }

    /// <summary>The process that a parallel worker works for.</summary>
    public int? LeaderPid { get; init; }

    /// <summary>Time since it connected.</summary>
    public double? BackendAge { get; init; }

    /// <summary>Time since it began its transaction.</summary>
    public double? TransactionAge { get; init; }

    /// <summary>Time since it began its statement.</summary>
    public double? QueryAge { get; init; }

    /// <summary>Time since it has been in its state.</summary>
    public double? StateAge { get; init; }

    /// <summary>Age of its transaction id, in transactions.</summary>
    public double? XidAge { get; init; }

    /// <summary>Age of its snapshot, in transactions.</summary>
    public double? XminAge { get; init; }

    /// <summary>The sessions of a snapshot of <see cref="ActivityMetrics.Sessions"/>.</summary>
    public static IReadOnlyList<Session> Of(Snapshot snapshot)
    {
        var places = snapshot.Fields.Index().ToDictionary(field => field.Item, field => field.Index, StringComparer.Ordinal);
        return [.. snapshot.Rows.Select(Read)];

        Session Read(SnapshotRow row)
        {
            return new Session(int.Parse(row.Labels["pid"]!, CultureInfo.InvariantCulture))
            {
                Database = Text("database"),
                Role = Text("role"),
                Application = Text("application"),
                ClientAddress = Text("client_address"),
                BackendType = Text("backend_type"),
                State = Text("state"),
                WaitEventType = Text("wait_event_type"),
                WaitEvent = Text("wait_event"),
                QueryId = Text("queryid"),
                Query = Text("query"),
                LeaderPid = (int?)Number("leader_pid"),
                BackendAge = Number("backend_age"),
                TransactionAge = Number("xact_age"),
                QueryAge = Number("query_age"),
                StateAge = Number("state_age"),
                XidAge = Number("backend_xid_age"),
                XminAge = Number("backend_xmin_age"),
            };

            string? Text(string name) => row.Attributes?.GetValueOrDefault(name);

            double? Number(string name) => row.Readings[places[name]];
        }
    }
}
