namespace MetricsCollector.Targets;

/// <summary>What a server says of itself that decides what it is asked.</summary>
public sealed record ServerFacts
{
    /// <summary><c>server_version_num</c>, such as 170010.</summary>
    public required int VersionNum { get; init; }

    /// <summary><c>server_version</c>, such as <c>17.10</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The major version, such as 17.</summary>
    public int Major => VersionNum / 10_000;

    /// <summary>Whether it is a standby.</summary>
    public required bool InRecovery { get; init; }

    /// <summary>When it was started, UTC, by its own clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The role that the collector is logged in as.</summary>
    public required string RoleName { get; init; }

    /// <summary>The predefined roles whose rights that role has, such as <c>pg_monitor</c>; all of them for a superuser.</summary>
    public required IReadOnlyList<string> PredefinedRoles { get; init; }

    /// <summary>The database that the collector is connected to.</summary>
    public required string Database { get; init; }

    /// <summary>Whether the connection to it is encrypted by TLS.</summary>
    public required bool Encrypted { get; init; }

    /// <summary>Whether something between us and the server, such as PgBouncer, hands our transactions to sessions of its own.</summary>
    public bool Pooled { get; init; }

    /// <summary>The databases that take connections, templates left out, ordered by name.</summary>
    public required IReadOnlyList<string> Databases { get; init; }

    /// <summary>The extensions of <see cref="Database"/>, by name.</summary>
    public required IReadOnlyDictionary<string, InstalledExtension> Extensions { get; init; }

    /// <summary>Whether the role that the collector is logged in as is a superuser.</summary>
    public required bool IsSuperuser { get; init; }

    /// <summary>When the password of that role ends; null when it does not.</summary>
    public DateTimeOffset? PasswordValidUntil { get; init; }

    /// <summary>Those of <see cref="Databases"/> on which the role has no CONNECT.</summary>
    public required IReadOnlyList<string> ClosedDatabases { get; init; }

    /// <summary>What is in <c>shared_preload_libraries</c>; null when the role may not read it.</summary>
    public IReadOnlyList<string>? PreloadedLibraries { get; init; }

    /// <summary>The values of the settings that metric files may need, by name; without those that the server does not know.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>
    /// Whether both come from one server that was not restarted or promoted in between. No two servers start in the same microsecond.
    /// </summary>
    public bool IsSameServer(ServerFacts other) =>
        (StartedAt, InRecovery, VersionNum) == (other.StartedAt, other.InRecovery, other.VersionNum);

    /// <summary>Whether its transactions are read-only unless they say otherwise, for the role and database of the session.</summary>
    public bool ReadOnlyByDefault { get; init; }
}
