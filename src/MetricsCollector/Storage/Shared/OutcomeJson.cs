using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Storage.Shared;

/// <summary>
/// The column <c>collections.outcomes</c>: <c>{"database": {"ms": 1.2, "rows": 12}, "io": {"ms": 0, "rows": 0, "outcome": "failed",
/// "reason": "...", "sqlState": "42501"}}</c>. Terse, since every collection writes one.
/// </summary>
internal static class OutcomeJson
{
    // PostgreSQL takes any character but the zero; escapes would only be bytes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the outcomes of a collection. A reason that only repeats why the target was unreachable is left out.</summary>
    public static string Write(CollectionRun collection)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * (collection.Snapshots.Count + 1));
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            foreach (var snapshot in collection.Snapshots.DistinctBy(snapshot => snapshot.Metric))
            {
                json.WriteStartObject(snapshot.Metric);
                json.WriteNumber("ms", Math.Round((decimal)snapshot.Duration.TotalMilliseconds, 3));
                json.WriteNumber("rows", snapshot.Rows.Count);
                WriteOutcome(json, snapshot.Outcome, collection.Unreachable);
                if (snapshot.RowsLeftOut > 0)
                {
                    json.WriteNumber("leftOut", snapshot.RowsLeftOut);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="Write"/> wrote, ordered by metric.</summary>
    public static IReadOnlyList<StoredOutcome> Read(string json, string? unreachable)
    {
        using var document = JsonDocument.Parse(json);
        return
        [
            .. document.RootElement.EnumerateObject()
                .Select(property => ReadOne(property.Name, property.Value, unreachable))
                .OrderBy(outcome => outcome.Metric, StringComparer.Ordinal),
        ];
    }

    /// <summary>Reads the outcome of one metric.</summary>
    public static StoredOutcome ReadOne(string metric, string json, string? unreachable)
    {
        using var document = JsonDocument.Parse(json);
        return ReadOne(metric, document.RootElement, unreachable);
    }

    /// <summary>Reads how a metric ended the last time before a range.</summary>
    public static OutcomeChange ReadBefore(string target, string metric, DateTimeOffset at, string json, string? unreachable)
    {
        // What a metric says of a target that does not answer is read whole, and so has no reason of its own.
        var outcome = ReadOne(metric, json, unreachable).Outcome;
        return new OutcomeChange(
            target, metric, at, null, unreachable is null ? outcome : outcome with { Reason = unreachable }, unreachable is not null);
    }

    private static void WriteOutcome(Utf8JsonWriter json, Outcome outcome, string? unreachable)
    {
        if (outcome.Status == OutcomeStatus.Ok)
        {
            return;
        }

        json.WriteString("outcome", StoredNames.Of(outcome.Status));
        if (outcome.Reason is not null && outcome.Reason != unreachable)
        {
            json.WriteString("reason", outcome.Reason);
        }

        if (outcome.SqlState is not null)
        {
            json.WriteString("sqlState", outcome.SqlState);
        }
    }

    private static StoredOutcome ReadOne(string metric, JsonElement json, string? unreachable)
    {
        var status = json.TryGetProperty("outcome", out var name) ? StoredNames.ToOutcome(name.GetString()!) : OutcomeStatus.Ok;
        var reason = json.TryGetProperty("reason", out var text) ? text.GetString() : null;
        var sqlState = json.TryGetProperty("sqlState", out var code) ? code.GetString() : null;
        return new StoredOutcome(
            metric,
            status == OutcomeStatus.Ok ? Outcome.Ok : new Outcome(status, reason ?? unreachable, sqlState),
            new TimeSpan((long)(json.GetProperty("ms").GetDecimal() * TimeSpan.TicksPerMillisecond)),
            json.GetProperty("rows").GetInt32(),
            json.TryGetProperty("leftOut", out var leftOut) ? leftOut.GetInt32() : 0);
    }
}
