using System.Globalization;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>
/// The statements around those that are asked for: what each transaction sets, and the clock between statements. Every setting ends with
/// the transaction, so that it holds behind a pooler and nothing of it stays in a session that others use. Every name is qualified, because
/// the role, the database or a statement before may have set any search_path.
/// </summary>
/// <param name="limits">What a session may cost the server.</param>
internal sealed class SessionGuard(SessionLimits limits)
{
    /// <summary>
    /// The only path of statements of the built-in catalog: temporary relations, which a pooled session may have, come last.
    /// </summary>
    public const string SafeSearchPath = "pg_catalog, pg_temp";

    // Says what the text of a statement means, and not what it answers: on for all of them, as the metric files are read.
    private const string StandardStrings = "standard_conforming_strings";

    private const int FirstWithTransactionTimeout = 17;
    private const int FirstWithFetchConsistency = 15;

    // Set by a role or a database, these would change what a statement answers.
    private static readonly (string Name, string Value)[] Results =
    [
        ("search_path", SafeSearchPath),
        ("DateStyle", "ISO, YMD"),
        ("IntervalStyle", "postgres"),
        ("TimeZone", "UTC"),
        ("bytea_output", "hex"),
        ("extra_float_digits", "1"),
        ("quote_all_identifiers", "off"),
        (StandardStrings, "on"),
        ("transform_null_equals", "off"),
        ("row_security", "on"),
    ];

    // A server keeps what it has for the client until its buffer is full or the batch is over, unless it sends a message: it says this
    // one at once, with the facts before it. Without it, one slow statement could not be told from a server that is gone.
    private const string TooLong =
        "metrics_collector_asks_for_this_notice_so_that_the_server_sends_what_it_has_before_the_first_statement";

    // These would change what it costs.
    private static readonly (string Name, string Value)[] Costs =
    [
        ("plan_cache_mode", "auto"),
        ("jit", "off"),
        ("max_parallel_workers_per_gather", "0"),
        ("enable_seqscan", "on"),
        ("enable_indexscan", "on"),
        ("enable_nestloop", "on"),
        ("enable_hashjoin", "on"),
        ("enable_mergejoin", "on"),
    ];

    // Who the session is before a statement that may change it: custom settings of the transaction.
    private const string RememberedUser = "metrics_collector.session_user";
    private const string RememberedRole = "metrics_collector.role";

    private const string RememberRole =
        $", pg_catalog.set_config('{RememberedUser}', session_user::pg_catalog.text, true)"
        + $", pg_catalog.set_config('{RememberedRole}', pg_catalog.current_setting('role'), true)";

    // Not SET LOCAL: what a statement has set for the session would come back with the end of the transaction.
    private static readonly string RestoreRole =
        Restored("session_authorization", RememberedUser, "session_user::pg_catalog.text") + Restored("role", RememberedRole, "'none'");

    private static readonly string RoleResults =
        ", (SELECT pg_catalog.count(pg_catalog.set_config(name, reset_val, true)) FROM pg_catalog.pg_settings "
        + "WHERE name OPERATOR(pg_catalog.=) ANY ('{"
        + string.Join(',', Results.Select(setting => setting.Name).Where(name => name != StandardStrings)) + "}'::pg_catalog.text[]))"
        + Setting(StandardStrings, "on");

    /// <summary>
    /// What comes first in a transaction, before anything has taken a snapshot. As plain SET, which needs no transaction block: the next
    /// transaction starts with the defaults again. BEGIN would need another round trip after a failure, and statement pooling refuses it.
    /// </summary>
    public static IReadOnlyList<string> TransactionCharacteristics { get; } =
    [
        "SET transaction_isolation TO 'read committed'",
        "SET transaction_deferrable TO off",
    ];

    /// <summary>
    /// What comes last in a transaction that ran a statement which is not ours, over a connection of our own: nothing that the
    /// statement set, opened or listens to stays. Behind a pooler the session may be that of others, whose settings must stay.
    /// </summary>
    public static IReadOnlyList<string> Leftovers { get; } = ["CLOSE ALL", "UNLISTEN *", "RESET ALL"];

    // Locks of the session outlive a transaction, and one that failed too.
    private const string Unlock = ", pg_catalog.pg_advisory_unlock_all()";

    /// <summary>The name of the clock's column before a statement, by which an answer is told from one that is missing.</summary>
    public static string ClockName(int statement) => string.Create(CultureInfo.InvariantCulture, $"metrics_collector_clock_{statement}");

    /// <summary>The statement that puts the limits and every other setting in force.</summary>
    /// <param name="major">The server's major version; 0 when it is not known.</param>
    /// <param name="raw">Whether texts are sent as the bytes that the database holds.</param>
    /// <param name="locked">Whether a statement that is not ours failed before, and may have left locks of the session.</param>
    public string Open(int major, bool raw, bool locked) =>
        "SELECT 1"
            + (locked ? Unlock : string.Empty) + Limits(major) + All(Results) + All(Costs) + Messages("notice") + ClientEncoding(raw);

    /// <summary>
    /// Reads the clock before a statement, and changes the settings from those of the statement before to those of the next.
    /// </summary>
    /// <param name="number">The number of the next statement; before the first, the clock also tells which backend answers.</param>
    /// <param name="before">How the statement before ran.</param>
    /// <param name="next">How the next one runs.</param>
    /// <param name="major">The server's major version.</param>
    public string ClockBefore(int number, StatementMode before, StatementMode next, int major)
    {
        // A statement that is not ours may have ended the transaction or changed its settings: they are set again before the next.
        var foreign = before.OfRole || next.OfRole;
        var results = next.OfRole ? RoleResults : before.OfRole ? All(Results) + All(Costs) : string.Empty;
        results += number == 0 || foreign ? Messages("error") : string.Empty;
        return "SELECT pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) AS " + ClockName(number)
            + (number == 0 ? ", pg_catalog.pg_backend_pid(), pg_catalog.inet_client_port(), 1 AS " + TooLong : string.Empty)
            + (foreign ? Limits(major) : string.Empty)
            + results
            + (before.OfRole ? Unlock + RestoreRole : next.OfRole ? RememberRole : string.Empty)
            + (before.OfRole || before.Raw != next.Raw ? ClientEncoding(next.Raw) : string.Empty);
    }

    private string Limits(int major)
    {
        var timeout = Milliseconds(limits.Timeout);
        return Setting("transaction_read_only", "on")
            + Setting("statement_timeout", timeout)
            + Setting("lock_timeout", Milliseconds(limits.LockTimeout))
            + Setting("idle_in_transaction_session_timeout", timeout)
            + (major >= FirstWithTransactionTimeout ? Setting("transaction_timeout", "0") : string.Empty)
            + (major >= FirstWithFetchConsistency ? Setting("stats_fetch_consistency", "cache") : string.Empty);
    }

    // Which messages come with the answer.
    private static string Messages(string least) => Setting("client_min_messages", least);

    private static string ClientEncoding(bool raw) => Setting("client_encoding", raw ? "SQL_ASCII" : "UTF8");

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static string All((string Name, string Value)[] settings) =>
        string.Concat(settings.Select(setting => Setting(setting.Name, setting.Value)));

    // A statement that ended the transaction has taken what was remembered with it.
    private static string Restored(string name, string remembered, string otherwise)
    {
        var value = $"pg_catalog.current_setting('{remembered}', true)";
        return $", pg_catalog.set_config('{name}', CASE WHEN pg_catalog.length({value}) OPERATOR(pg_catalog.>) 0 "
            + $"THEN {value} ELSE {otherwise} END, false)";
    }

    // set_config(..., true) is SET LOCAL.
    private static string Setting(string name, string value) => $", pg_catalog.set_config('{name}', '{value}', true)";
}
