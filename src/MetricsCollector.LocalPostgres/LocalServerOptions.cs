namespace MetricsCollector.LocalPostgres;

/// <summary>How a private server is made. The defaults give a fresh server that is fast, unsafe against power loss, and thrown
/// away.</summary>
public sealed record LocalServerOptions
{
    /// <summary>The major version wanted; null: that of the data directory if it has one, otherwise see
    /// <see cref="PostgresBinaries.FindAsync"/>.</summary>
    public int? Major { get; init; }

    /// <summary>The programs to use; null: searched for.</summary>
    public PostgresBinaries? Binaries { get; init; }

    /// <summary>
    /// Where the cluster lives; null: a fresh temporary directory. A directory that already holds a cluster is used as it is,
    /// with the password set again, and is never deleted.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>
    /// Leave the data directory when the server is stopped for good (default: false). A kept server also writes durably.
    /// </summary>
    public bool Keep { get; init; }

    /// <summary>
    /// Copy a new cluster from one that initdb made before with these programs and that stays in the cache of downloads: much faster, for
    /// tests that start many servers (default: false). Password and system identifier are its own.
    /// </summary>
    public bool FromTemplate { get; init; }

    /// <summary>Lines for postgresql.conf, name to value; they win over this library's own. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The port on 127.0.0.1; null: a free one.</summary>
    public int? Port { get; init; }

    /// <summary>The password of the superuser <c>postgres</c>; null: a random one.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Stop the server when this process gets SIGINT, SIGTERM or SIGHUP and nobody has cancelled the signal before
    /// (default: true). False where a host shuts down in order and disposes of the server itself.
    /// The end of the process stops the server in either case.
    /// </summary>
    public bool StopOnSignal { get; init; } = true;

    /// <summary>Told what takes long: a download. Default: nobody.</summary>
    public IProgress<string>? Progress { get; init; }
}
