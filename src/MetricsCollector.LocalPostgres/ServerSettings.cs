using System.Globalization;
using System.Text.RegularExpressions;

namespace MetricsCollector.LocalPostgres;

/// <summary>What a private server's configuration says.</summary>
internal static partial class ServerSettings
{
    private static readonly Dictionary<string, string> Owned = new(StringComparer.OrdinalIgnoreCase)
    {
        ["port"] = $"set {nameof(LocalServerOptions)}.{nameof(LocalServerOptions.Port)} instead",
        ["data_directory"] = $"set {nameof(LocalServerOptions)}.{nameof(LocalServerOptions.DataDirectory)} instead",
        ["listen_addresses"] = "a private server listens on 127.0.0.1 only",
    };

    /// <summary>The text of a configuration file; a name that comes twice counts the last time.</summary>
    public static string Text(LocalServerOptions options, PostgresBinaries binaries, int port, bool thrownAway)
    {
        var settings = Always(port).Concat(thrownAway ? Unsafe() : []);
        if (HasStatements(binaries))
        {
            settings = settings.Append(("shared_preload_libraries", "pg_stat_statements"));
        }

        return string.Concat(settings.Concat(options.Settings.Select(Checked)).Select(Line));
    }

    /// <summary>One line of a configuration file.</summary>
    public static string Line((string Name, string Value) setting) => $"{setting.Name} = '{Quote(setting.Value)}'\n";

    /// <summary>The inside of a quoted configuration value, which may not hold a line break.</summary>
    public static string Quote(string value) =>
        value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);

    /// <exception cref="ArgumentException">A setting that is not one, or that is this library's own.</exception>
    public static void Validate(LocalServerOptions options)
    {
        foreach (var setting in options.Settings)
        {
            Checked(setting);
        }
    }

    private static IEnumerable<(string Name, string Value)> Always(int port) =>
    [
        ("listen_addresses", "127.0.0.1"),
        ("port", port.ToString(CultureInfo.InvariantCulture)),
        ("unix_socket_directories", ""), // a socket's path may be at most 107 bytes long, a temporary directory's is longer
        ("password_encryption", "scram-sha-256"),
        ("max_connections", "200"),
        ("shared_buffers", "64MB"),
        ("max_wal_size", "1GB"),
        ("wal_level", "logical"),
        ("max_wal_senders", "10"),
        ("max_replication_slots", "10"),
        ("wal_keep_size", "256MB"), // a standby that pauses finds its way back without a slot or an archive
        ("hot_standby", "on"),
        ("max_prepared_transactions", "10"),
        ("track_io_timing", "on"),
        ("track_wal_io_timing", "on"),
        ("track_functions", "all"),
        ("logging_collector", "off"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
    ];

    // The files outlive a crash of the server (the operating system has them) but not one of the machine.
    private static IEnumerable<(string Name, string Value)> Unsafe() =>
        [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")];

    // The directory of loadable modules relative to bin: built from source or Windows; Debian and RPM; Homebrew; the npm packages.
    private static bool HasStatements(PostgresBinaries binaries) =>
        new[] { "../lib", "../lib/postgresql", $"../lib/postgresql{binaries.Major}", "../lib64" }
            .Select(directory => Path.GetFullPath(Path.Combine(binaries.Directory, directory)))
            .Any(directory => Directory.Exists(directory) && Directory.EnumerateFiles(directory, "pg_stat_statements.*").Any());

    private static (string Name, string Value) Checked(KeyValuePair<string, string> setting)
    {
        if (!NamePattern().IsMatch(setting.Key))
        {
            throw new ArgumentException($"'{setting.Key}' is not the name of a PostgreSQL setting: write one such as work_mem.");
        }

        if (Owned.TryGetValue(setting.Key, out var remedy))
        {
            throw new ArgumentException($"The setting '{setting.Key}' cannot be given: {remedy}.");
        }

        return setting.Value.AsSpan().ContainsAny('\r', '\n')
            ? throw new ArgumentException($"The setting '{setting.Key}' holds a line break: write its value on one line.")
            : (setting.Key, setting.Value);
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
