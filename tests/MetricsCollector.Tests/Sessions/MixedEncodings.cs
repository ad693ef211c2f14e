using MetricsCollector.LocalPostgres;
using Npgsql;

namespace MetricsCollector.Tests.Sessions;

/// <summary>
/// A server whose databases are in different encodings: names that all of them share and a UTF8 database cannot read, and a database that
/// does not check its texts.
/// </summary>
public sealed class MixedEncodings : IAsyncLifetime
{
    private LocalServer? _server;

    /// <summary>Connection string of a superuser to a UTF8 database.</summary>
    public string ConnectionString { get; private set; } = string.Empty;

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await LocalServer.StartAsync(new LocalServerOptions { FromTemplate = true, Major = TestMajors.All[0] });
        }
        catch (PostgresNotFoundException exception)
        {
            Assert.Skip(exception.Message);
        }

        ConnectionString = _server!.ConnectionString();
        await RunAsync("postgres", "CREATE EXTENSION pg_stat_statements");
        await RunAsync("postgres", "CREATE DATABASE lat ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        await RunAsync("postgres", "CREATE DATABASE euc ENCODING 'EUC_JP' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        await RunAsync("postgres", "CREATE DATABASE asc_db ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");

        // Kept as the bytes of LATIN1: two names that differ in nothing but a byte that is not UTF-8.
        await RunAsync("lat", "CREATE ROLE \"josé\"");
        await RunAsync("lat", "CREATE ROLE \"josè\"");
        await RunAsync("lat", "CREATE DATABASE \"société\" ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        await RunAsync("lat", "CREATE TABLE public.\"tête\" (id int primary key)");
        await RunAsync("euc", "CREATE TABLE public.\"日本\" (id int primary key)");
        await RunAsync("asc_db", "CREATE TABLE public.\"café\" (id int primary key)", "Encoding=iso-8859-1;Client Encoding=SQL_ASCII");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>Runs a statement in a database.</summary>
    public async Task RunAsync(string database, string sql, string settings = "")
    {
        await using var source = NpgsqlDataSource.Create($"{_server!.ConnectionString(database)};Pooling=false;{settings}");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Connection string to one of the databases.</summary>
    public string To(string database) => _server!.ConnectionString(database);
}
