// Npgsql marks what describes a database as experimental, as it does converters.
#pragma warning disable NPG9001, NPG9002

using Npgsql;
using Npgsql.Internal;
using Npgsql.PostgresTypes;
using Npgsql.Util;

namespace MetricsCollector.Targets.PostgreSql.Driver;

/// <summary>
/// The types that a target's answers may have, for Npgsql: those built into PostgreSQL that hold one value, by the object
/// identifiers that they have in every version (<c>pg_type.dat</c>). Npgsql's own list has 190 with arrays and ranges, kept for each
/// data source again, 26 kB. A column of any other type is one that is not read, and told.
/// </summary>
internal sealed class PlainTypes : INpgsqlDatabaseInfoFactory
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<PostgresType> All =
    [
        new PlainType("bool", 16),
        new PlainType("bytea", 17),
        new PlainType("name", 19),
        new PlainType("int8", 20),
        new PlainType("int2", 21),
        new PlainType("int4", 23),
        new PlainType("text", 25),
        new PlainType("oid", 26),
        new PlainType("tid", 27),
        new PlainType("xid", 28),
        new PlainType("cid", 29),
        new PlainType("json", 114),
        new PlainType("xml", 142),
        new PlainType("cidr", 650),
        new PlainType("float4", 700),
        new PlainType("float8", 701),
        new PlainType("macaddr8", 774),
        new PlainType("money", 790),
        new PlainType("macaddr", 829),
        new PlainType("inet", 869),
        new PlainType("bpchar", 1042),
        new PlainType("varchar", 1043),
        new PlainType("date", 1082),
        new PlainType("time", 1083),
        new PlainType("timestamp", 1114),
        new PlainType("timestamptz", 1184),
        new PlainType("interval", 1186),
        new PlainType("timetz", 1266),
        new PlainType("bit", 1560),
        new PlainType("varbit", 1562),
        new PlainType("numeric", 1700),
        new PlainType("uuid", 2950),
        new PlainType("pg_lsn", 3220),
        new PlainType("jsonb", 3802),
        new PlainType("xid8", 5069),
    ];

    // Tells the connections of targets from those of the store, whatever either's connection string says.
    private static readonly AsyncLocal<Opening?> Current = new();

    static PlainTypes() => NpgsqlDatabaseInfo.RegisterFactory(new PlainTypes());

    private PlainTypes()
    {
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="connection">Of a data source whose connections are all opened here: Npgsql asks once for each source.</param>
    /// <param name="alone">Whether Npgsql knows no other types for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task OpenAsync(NpgsqlConnection connection, bool alone, CancellationToken cancellationToken)
    {
        // Ends with this method, and with what it calls.
        Current.Value = new Opening(alone, cancellationToken);
        await connection.OpenAsync(cancellationToken);
    }

    /// <summary>
    /// Ends a connection that is being opened for longer than it may. After the login Npgsql reads what the server says until it is ready
    /// without looking at the token.
    /// </summary>
    public static void ThrowIfGivenUp() => Current.Value?.CancellationToken.ThrowIfCancellationRequested();

    /// <inheritdoc />
    public Task<NpgsqlDatabaseInfo?> Load(NpgsqlConnector conn, NpgsqlTimeout timeout, bool async) =>
        Task.FromResult<NpgsqlDatabaseInfo?>(Current.Value is { Alone: true } ? new PlainDatabase(conn.Settings) : null);

    private sealed record Opening(bool Alone, CancellationToken CancellationToken);

    private sealed class PlainType(string name, uint oid) : PostgresBaseType("pg_catalog", name, oid);

    // Npgsql looks at the version for what it resets in a pool, which these connections have none of; ours is in ServerFacts.
    private sealed class PlainDatabase(NpgsqlConnectionStringBuilder settings)
        : NpgsqlDatabaseInfo(settings.Host ?? string.Empty, settings.Port, settings.Database ?? string.Empty, OldestSupported)
    {
        private static readonly Version OldestSupported = new(14, 0);

        protected override IEnumerable<PostgresType> GetTypes() => All;
    }
}
