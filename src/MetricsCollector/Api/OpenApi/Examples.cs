namespace MetricsCollector.Api.OpenApi;

/// <summary>Answers as Swagger shows them, where several operations share them.</summary>
internal static class Examples
{
    /// <summary>A snapshot.</summary>
    public const string Snapshot = """
        {
          "target": "orders",
          "metric": "database",
          "collectedAt": "2026-01-31T12:00:00Z",
          "ageSeconds": 12.5,
          "durationMs": 1.4,
          "outcome": "ok",
          "reason": null,
          "sqlState": null,
          "rowsLeftOut": 0,
          "rows": [{ "labels": { "datname": "app" }, "values": { "numbackends": 3, "xact_commit": 184220, "checksum_failures": null } }]
        }
        """;

    /// <summary>A page of snapshots of one metric.</summary>
    public static RowsExample Snapshots { get; } = new(
        $$"""{ "items": [{{Snapshot}}], "nextCursor": null }""",
        ["target", "metric", "collectedAt", "outcome", "datname", "numbackends", "xact_commit", "checksum_failures"],
        ["orders", "database", "2026-01-31T12:00:00Z", "ok", "app", 3, 184220, default]);

    /// <summary>A collection with its snapshots.</summary>
    public const string Collected = $$"""
        {
          "id": "019c1414-7a00-7000-8000-000000000001",
          "target": "orders",
          "trigger": "manual",
          "startedAt": "2026-01-31T12:00:00Z",
          "finishedAt": "2026-01-31T12:00:00.021Z",
          "status": "ok",
          "reason": null,
          "roundTrips": 1,
          "stored": true,
          "snapshots": [{{Snapshot}}]
        }
        """;

    /// <summary>A watched server.</summary>
    public const string Target = """
        {
          "name": "orders",
          "address": "db1:5432",
          "user": "metrics_collector",
          "database": "postgres",
          "labels": { "env": "prod" },
          "status": "up",
          "reason": null,
          "since": "2026-01-30T08:00:00Z",
          "role": "primary",
          "version": "18.4",
          "startedAt": "2026-01-12T03:10:11.523Z",
          "server": "db1:5432",
          "databases": ["app", "postgres"],
          "metrics": 38,
          "latenessMs": 0.8,
          "skippedTicks": 0,
          "origin": "settings",
          "collector": "collector",
          "lastCollection": {
            "id": "019c1414-7a00-7000-8000-000000000001",
            "trigger": "schedule",
            "startedAt": "2026-01-31T12:00:00Z",
            "durationMs": 21,
            "status": "partial"
          },
          "settings": {
            "kind": "postgresql",
            "enabled": true,
            "preset": "standard",
            "metrics": [],
            "databases": [],
            "intervals": {},
            "labels": { "env": "prod" }
          },
          "limitations": [
            {
              "metric": "statements",
              "outcome": "skipped",
              "reason": "the extension pg_stat_statements is not in database postgres; run there: CREATE EXTENSION pg_stat_statements",
              "sqlState": null
            }
          ],
          "capabilities": [
            {
              "metric": "statements",
              "outcome": "skipped",
              "reason": "the extension pg_stat_statements is not in database postgres; run there: CREATE EXTENSION pg_stat_statements",
              "sqlState": null
            }
          ]
        }
        """;

    /// <summary>A metric of the catalog.</summary>
    public const string Metric = """
        {
          "name": "wal_files",
          "summary": "Files in the directory of the write-ahead log, and those that wait to be archived.",
          "kind": "postgresql",
          "source": { "14+": "pg_ls_waldir, pg_ls_archive_statusdir" },
          "preset": "standard",
          "scope": "instance",
          "interval": "5m",
          "role": "any",
          "requires": null,
          "versions": ["14+"],
          "labels": [],
          "attributes": [],
          "fields": [
            {
              "name": "size", "kind": "gauge", "unit": "bytes", "help": "Space that all files of the directory take.", "absentIsZero": false
            }
          ]
        }
        """;

    /// <summary>How the collector does.</summary>
    public const string Status = """
        {
          "state": "degraded",
          "reasons": ["target billing is down: connection refused"],
          "conditions": [
            {
              "name": "blockedSessions",
              "target": "orders",
              "subject": null,
              "since": "2026-01-31T11:47:48Z",
              "collectedAt": "2026-01-31T12:00:00Z",
              "message":
              "7 sessions blocked, the longest for 732 s, up to 5 one behind the other; blocked by 1 session, 1 of them idle in transaction"
            }
          ],
          "version": "0.1.0",
          "startedAt": "2026-01-30T08:00:00Z",
          "uptimeSeconds": 100800,
          "targets": { "up": 1, "down": 1, "unknown": 0, "downReasons": { "billing": "connection refused" } },
          "collection": {
            "metrics": 51,
            "lastPassAt": "2026-01-31T12:00:00Z",
            "maxLatenessMs": 0.8,
            "latenessMs": { "p50": 0.5, "p99": 0.8, "max": 0.8 },
            "passes": 5760,
            "skippedTicks": 0,
            "settingsLoadedAt": "2026-01-30T08:00:00Z"
          },
          "collectors": [{ "name": "collector", "targets": 1, "self": true }],
          "store": {
            "state": "ready",
            "reason": null,
            "since": "2026-01-30T08:00:01Z",
            "schemaVersion": 3,
            "queuedPasses": 0,
            "queuedRows": 0,
            "spooledPasses": 0,
            "spooledBytes": 0,
            "spoolReason": null,
            "droppedPasses": 0,
            "droppedRows": 0,
            "refusedPasses": 0,
            "refusedReason": null,
            "leftOutRows": 0,
            "writtenPasses": 1681,
            "writtenRows": 571540,
            "writtenSamples": 9814220,
            "lastWriteAt": "2026-01-31T12:00:00.2Z",
            "retention": { "default": "30d", "metrics": { "statements": "7d" } },
            "retentionReason": null,
            "size": {
              "oldestAt": "2026-01-30T08:00:01Z",
              "bytes": 16556032,
              "bytesPerSample": 1.7,
              "bytesPerDay": 14176208,
              "forecastBytes": 425286240
            },
            "lastError": null,
            "lastErrorAt": null
          }
        }
        """;
}
