using System.IO.Enumeration;
using MetricsCollector.Postgres;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>One server that is watched.</summary>
/// <param name="name">Its name in the API and the store.</param>
/// <param name="server">How to reach it; never shown to anybody.</param>
public sealed class Target(string name, PostgresConnection server)
{
    /// <summary>A target whose connection string needs no reading.</summary>
    /// <param name="name">Its name in the API and the store.</param>
    /// <param name="connection">Npgsql's settings.</param>
    public Target(string name, NpgsqlConnectionStringBuilder connection)
        : this(name, new PostgresConnection(connection))
    {
    }

    /// <summary>Its name in the API and the store.</summary>
    public string Name { get; } = name;

    /// <summary>What it is.</summary>
    public TargetKind Kind { get; init; } = TargetKind.PostgreSql;

    /// <summary>Labels that the settings give it.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>Which metrics to begin with: <c>minimal</c>, <c>standard</c> or <c>exhaustive</c>.</summary>
    public string Preset { get; init; } = "standard";

    /// <summary>Which metrics, after the preset.</summary>
    public Globs Metrics { get; init; } = Globs.None;

    /// <summary>Which databases.</summary>
    public Globs Databases { get; init; } = Globs.None;

    /// <summary>Intervals by glob over metric names; the last that matches wins.</summary>
    public IReadOnlyList<KeyValuePair<string, Duration>> Intervals { get; init; } = [];

    /// <summary>Whether it is watched.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Who named it.</summary>
    public TargetOrigin Origin { get; init; }

    /// <summary>Two targets with the same version are collected in the same way. Says nothing about the connection string.</summary>
    public string Version { get; init; } = string.Empty;

    /// <summary>Where it is, without user and password: <c>host:port</c>, and each of several hosts with its port.</summary>
    public string Address => Server.Address;

    /// <summary>The role that logs in; null where the environment of the collector says it.</summary>
    public string? User => Connection.Username;

    /// <summary>The database that is connected to.</summary>
    public string? Database => Connection.Database ?? Connection.Username;

    /// <summary>How to reach it, secrets included.</summary>
    internal PostgresConnection Server { get; } = server;

    /// <summary>Npgsql's settings, secrets included.</summary>
    internal NpgsqlConnectionStringBuilder Connection => Server.Settings;

    /// <summary>Whether the metrics of scope database are asked in a database.</summary>
    public bool WantsDatabase(string database) => Databases.Choose(database, otherwise: !ManagedDatabases.Contains(database));

    /// <summary>The interval that the settings give a metric, or null when they give none.</summary>
    public Duration? IntervalOf(string metric)
    {
        Duration? interval = null;
        foreach (var (glob, value) in Intervals)
        {
            if (FileSystemName.MatchesSimpleExpression(glob, metric, ignoreCase: false))
            {
                interval = value;
            }
        }

        return interval;
    }
}
