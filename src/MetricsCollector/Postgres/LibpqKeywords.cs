namespace MetricsCollector.Postgres;

/// <summary>libpq's keywords, and what they are here.</summary>
internal static class LibpqKeywords
{
    /// <summary>The environment variable of each keyword that has one.</summary>
    public static readonly IReadOnlyDictionary<string, string> Variables = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["host"] = "PGHOST",
        ["hostaddr"] = "PGHOSTADDR",
        ["port"] = "PGPORT",
        ["dbname"] = "PGDATABASE",
        ["user"] = "PGUSER",
        ["password"] = "PGPASSWORD",
        ["passfile"] = "PGPASSFILE",
        ["service"] = "PGSERVICE",
        ["channel_binding"] = "PGCHANNELBINDING",
        ["connect_timeout"] = "PGCONNECT_TIMEOUT",
        ["options"] = "PGOPTIONS",
        ["application_name"] = "PGAPPNAME",
        ["sslmode"] = "PGSSLMODE",
        ["sslnegotiation"] = "PGSSLNEGOTIATION",
        ["sslcert"] = "PGSSLCERT",
        ["sslkey"] = "PGSSLKEY",
        ["sslrootcert"] = "PGSSLROOTCERT",
        ["sslcrl"] = "PGSSLCRL",
        ["sslcrldir"] = "PGSSLCRLDIR",
        ["requirepeer"] = "PGREQUIREPEER",
        ["ssl_min_protocol_version"] = "PGSSLMINPROTOCOLVERSION",
        ["ssl_max_protocol_version"] = "PGSSLMAXPROTOCOLVERSION",
        ["gssencmode"] = "PGGSSENCMODE",
        ["krbsrvname"] = "PGKRBSRVNAME",
        ["require_auth"] = "PGREQUIREAUTH",
        ["target_session_attrs"] = "PGTARGETSESSIONATTRS",
        ["load_balance_hosts"] = "PGLOADBALANCEHOSTS",
    };

    /// <summary>Those whose value goes into one setting of Npgsql as it is.</summary>
    public static readonly IReadOnlyDictionary<string, string> Plain = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["passfile"] = "Passfile",
        ["options"] = "Options",
        ["application_name"] = "Application Name",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["krbsrvname"] = "Kerberos Service Name",
        ["require_auth"] = "Require Auth",
    };

    /// <summary>Those that are read one by one.</summary>
    public static readonly IReadOnlySet<string> Special = new HashSet<string>(StringComparer.Ordinal)
    {
        "host", "hostaddr", "port", "service", "sslmode", "sslnegotiation", "sslrootcert", "ssl_min_protocol_version",
        "ssl_max_protocol_version", "channel_binding", "connect_timeout", "target_session_attrs", "load_balance_hosts", "gssencmode",
        "replication",
    };

    /// <summary>Those that have no meaning here: accepted and ignored.</summary>
    public static readonly IReadOnlySet<string> Ignored = new HashSet<string>(StringComparer.Ordinal)
    {
        "client_encoding", "fallback_application_name", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout", "sslcompression", "sslsni", "sslcertmode", "sslkeylogfile", "gsslib", "gssdelegation",
        "min_protocol_version", "max_protocol_version", "requiressl", "authtype", "tty",
    };

    /// <summary>Those that would make a connection stricter than it can be made here: refused.</summary>
    public static readonly IReadOnlySet<string> Unsupported = new HashSet<string>(StringComparer.Ordinal)
    {
        "sslcrl", "sslcrldir", "requirepeer", "servicefile", "scram_client_key", "scram_server_key", "oauth_issuer", "oauth_client_id",
        "oauth_client_secret", "oauth_scope",
    };

    /// <summary>All of them.</summary>
    public static IEnumerable<string> All => [.. Plain.Keys, .. Special, .. Ignored, .. Unsupported];

    /// <summary>Whether libpq has a keyword.</summary>
    public static bool Has(string keyword) =>
        Plain.ContainsKey(keyword) || Special.Contains(keyword) || Ignored.Contains(keyword) || Unsupported.Contains(keyword);
}
