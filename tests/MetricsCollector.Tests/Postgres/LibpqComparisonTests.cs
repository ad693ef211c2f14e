using System.Diagnostics;
using MetricsCollector.Postgres;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.Postgres;

/// <summary>The same string leads psql and the collector to the same server, database and role.</summary>
[Trait("PostgreSQL", "any")]
public sealed class LibpqComparisonTests(PostgresFixture postgres)
{
    private const string Who = "SELECT concat_ws(' ', current_user, current_database(), inet_server_addr(), inet_server_port())";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("host={h} port={p} user={u} password={w} dbname=template1")]
    [InlineData("host = {h}  port\t=\t{p} user ='{u}' password= '{w}' dbname = 'template1' sslmode=prefer")]
    [InlineData("password={w} host={h} port={p} user={u} dbname=template1 application_name='it\\'s me' keepalives=1 gssencmode=disable")]
    [InlineData("hostaddr={h} host=nowhere.invalid port={p} user={u} password={w} dbname=template1")]
    [InlineData("host={h},{h} port=1,{p} user={u} password={w} dbname=template1")]
    [InlineData("host={h},{h} port={p} user={u} password={w} dbname=template1 target_session_attrs=read-write")]
    [InlineData("postgresql://{u}:{w}@{h}:{p}/template1")]
    [InlineData("postgres://{h}:{p}/template1?user={u}&password={w}")]
    [InlineData(
        "postgresql://{u}:{w}@{h}:{p}/postgres?dbname=template1&connect_timeout=5&client_encoding=UTF8&fallback_application_name=x")]
    [InlineData("postgresql:///template1?host={h}&port={p}&user={u}&password={w}&sslcompression=0")]
    [InlineData("postgresql://{u}:{w}@{h}:1,{h}:{p}/template1?target_session_attrs=any")]
    [InlineData("postgresql://{u}:{w}@:{p}/template1?hostaddr={h}")]
    [InlineData("postgresql://{u}:{w}@{h}:{p}/%74emplate1?ssl_min_protocol_version=TLSv1.2&sslsni=1")]
    [InlineData("postgresql://{u}:{w}@/template1?host={h}&port={p}&options=-c%20statement_timeout%3D5s")]
    public async Task A_string_that_psql_takes_leads_to_the_same_place(string form)
    {
        var server = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        var text = form.Replace("{h}", server.Host, StringComparison.Ordinal).Replace("{p}", $"{server.Port}", StringComparison.Ordinal)
            .Replace("{u}", server.Username, StringComparison.Ordinal).Replace("{w}", server.Password, StringComparison.Ordinal);
        var expected = await PsqlAsync(text, Who);
        Assert.Equal(0, expected.Code);
        Assert.Equal(expected.Output, await ExecuteAsync(text, Who));
    }

    [Theory]
    [InlineData("ﬁx①pw")]
    [InlineData("pa\u0308ssword")]
    [InlineData("a\u00a0b-pass")]
    [InlineData("soft\u00adhyphen")]
    [InlineData("\u1112\u1161\u11ab\u3000pass")]
    [InlineData("pässwörd")]
    [InlineData("uni😀code")]
    [InlineData("\u0627\u0031left")]
    public async Task Passwords_that_SASLprep_changes_log_in_as_with_psql(string password)
    {
        await using var role = await postgres.CreateRoleAsync();
        await RunAsync(
            $"SET password_encryption = 'scram-sha-256'; ALTER ROLE {role.Name} PASSWORD '{password}'");
        var server = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        var text = $"host={server.Host} port={server.Port} user={role.Name} password='{password}' dbname=postgres";
        Assert.Equal(0, (await PsqlAsync(text, "SELECT 1")).Code);
        Assert.Equal(role.Name, await ExecuteAsync(text, "SELECT current_user::text"));

        // What is no such password stays out.
        var wrong = await Assert.ThrowsAsync<PostgresException>(
            () => ExecuteAsync(text.Replace(password, password + "x", StringComparison.Ordinal), "SELECT ''"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, wrong.SqlState);
    }

    [Fact]
    public async Task A_passfile_gives_the_password_as_it_does_to_psql()
    {
        using var directory = new TemporaryDirectory();
        var server = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        var file = directory.File("pgpass");
        await File.WriteAllTextAsync(
            file,
            $"no line\n# {server.Host}:*:*:*:x\nelse:*:*:*:y\n{server.Host}:{server.Port}:postgres:{server.Username}:{server.Password}\n",
            Cancellation);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var text = $"host={server.Host} port={server.Port} user={server.Username} dbname=postgres passfile='{file}'";
        Assert.Equal(0, (await PsqlAsync(text, "SELECT 1")).Code);
        Assert.Equal("postgres", await ExecuteAsync(text, "SELECT current_database()::text"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_address_of_the_environment_leads_where_it_leads_psql(bool service)
    {
        using var directory = new TemporaryDirectory();
        var server = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        await File.WriteAllTextAsync(directory.File("services"), "[one]\nhost=nowhere.invalid\ndbname=template1\n", Cancellation);
        var variables = new Dictionary<string, string>
        {
            ["PGHOSTADDR"] = server.Host!,
            ["PGPORT"] = $"{server.Port}",
            ["PGUSER"] = server.Username!,
            ["PGPASSWORD"] = server.Password ?? string.Empty,
            ["PGSERVICEFILE"] = directory.File("services"),
            [service ? "PGSERVICE" : "PGHOST"] = service ? "one" : "nowhere.invalid",
            ["PGDATABASE"] = "postgres",
        };
        var expected = await PsqlAsync(string.Empty, Who, variables);
        Assert.Equal(0, expected.Code);
        var connection = ConnectionString.ReadEnvironment(new ConnectionSource(variables, Files: true), out _);
        Assert.Equal(expected.Output, await ExecuteAsync(connection!, Who));
    }

    private static Task<string> ExecuteAsync(string text, string sql)
    {
        var connection = ConnectionString.Read(text, ConnectionSource.Settings, out var error);
        Assert.Null(error);
        return ExecuteAsync(connection!, sql);
    }

    private static async Task<string> ExecuteAsync(PostgresConnection connection, string sql)
    {
        await using var source = connection.SlimBuilder(
            new NpgsqlConnectionStringBuilder(connection.Settings.ConnectionString) { Pooling = false }, "test")
            .Build();
        await using var open = await source.OpenConnectionAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, open);
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private static async Task<(int Code, string Output)> PsqlAsync(
        string text, string sql, IReadOnlyDictionary<string, string>? variables = null)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, "psql")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, "psql, the reference, is not installed.");
        var start = new ProcessStartInfo(path, ["-X", "-A", "-t", "-c", sql, text])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGCLIENTENCODING"] = "UTF8";
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var psql = Process.Start(start)!;
        var output = await psql.StandardOutput.ReadToEndAsync(Cancellation);
        await psql.WaitForExitAsync(Cancellation);
        return (psql.ExitCode, output.Trim());
    }

    private async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
