using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MetricsCollector.Postgres;
using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;
using MetricsCollector.Tests.Collection;
using MetricsCollector.Tests.Storage;
using Npgsql;

namespace MetricsCollector.Tests.Postgres;

/// <summary>Why a server cannot be reached is said in words, with the innermost reason.</summary>
[Trait("PostgreSQL", "any")]
public sealed class ConnectionFailureTests(PostgresFixture postgres)
{
    private static readonly SessionLimits Limits = new(TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(100));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_wrong_with_a_certificate_is_told()
    {
        using var directory = new TemporaryDirectory();
        await using var server = TlsServer.Start("db.example");
        await using var late = TlsServer.Start("localhost", days: -1);
        await File.WriteAllTextAsync(directory.File("ca.pem"), server.Pem, Cancellation);
        await File.WriteAllTextAsync(directory.File("late.pem"), late.Pem, Cancellation);
        await File.WriteAllTextAsync(directory.File("empty.pem"), "no certificate", Cancellation);
        var ca = directory.File("ca.pem");

        var name = await ReasonAsync($"host=localhost port={server.Port} user=me sslmode=verify-full sslrootcert={ca}");
        Assert.Contains("certificate is for db.example and not for localhost", name, StringComparison.Ordinal);
        Assert.Contains(
            "authority that signed the server's certificate is not trusted",
            await ReasonAsync($"Host=localhost;Port={server.Port};Username=me;SSL Mode=VerifyFull"),
            StringComparison.Ordinal);
        Assert.Contains(
            "authority that signed the server's certificate is not trusted",
            await ReasonAsync($"host=localhost port={server.Port} user=me sslrootcert=system"),
            StringComparison.Ordinal);
        Assert.Contains(
            "is not valid now",
            await ReasonAsync($"host=localhost port={late.Port} user=me sslmode=verify-full sslrootcert={directory.File("late.pem")}"),
            StringComparison.Ordinal);
        foreach (var file in (string[])["missing.pem", "empty.pem"])
        {
            var missing = await ReasonAsync(
                $"Host=localhost;Port={server.Port};Username=me;SSL Mode=VerifyCA;Root Certificate={directory.File(file)}");
            Assert.Contains("the file of Root Certificate (sslrootcert) cannot be used", missing, StringComparison.Ordinal);
        }

        // With the right name, by hostaddr and without a look at the name, it is let through.
        foreach (var good in (string[])
            [
                $"hostaddr=127.0.0.1 host=db.example port={server.Port} user=me sslmode=verify-full sslrootcert={ca}",
                $"Host=localhost;Port={server.Port};Username=me;SSL Mode=VerifyCA;Root Certificate={ca}",
                $"postgres://me@localhost:{server.Port}/x?sslmode=require&sslrootcert={Uri.EscapeDataString(ca)}",
                $"host=localhost port={server.Port} user=me sslmode=require ssl_min_protocol_version=TLSv1.3",
            ])
        {
            Assert.Contains(TlsServer.Goodbye, await ReasonAsync(good), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_several_hosts_each_is_told_with_its_reason()
    {
        await using var server = TlsServer.Start("db.example");
        var reason = await ReasonAsync($"host=127.0.0.1,localhost port=1,{server.Port} user=me sslmode=verify-full");
        Assert.Contains("127.0.0.1:1: Connection refused", reason, StringComparison.Ordinal);
        Assert.Contains($"localhost:{server.Port}: the authority", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("inner exception", reason, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            "127.0.0.1:1: Connection refused; 127.0.0.1:2: Connection refused",
            await ReasonAsync("Host=127.0.0.1:1,127.0.0.1:2;Username=me"));
    }

    [Fact]
    public async Task What_a_server_asks_for_in_vain_is_told()
    {
        await using var plain = TlsServer.Start("x", tls: false);
        Assert.Contains(
            "does not speak TLS, which SSL Mode=Require asks for",
            await ReasonAsync($"host=localhost port={plain.Port} user=me sslmode=require"),
            StringComparison.Ordinal);
        await using var role = await postgres.CreateRoleAsync();
        var without = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Username = role.Name, Password = null }
            .ConnectionString;
        Assert.Contains(
            "asks for a password and there is none", await ReasonAsync(without, ConnectionSource.Api), StringComparison.Ordinal);
        var hosts = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { TargetSessionAttributes = "standby" };
        hosts.Host = $"{hosts.Host}:{hosts.Port},{hosts.Host}:{hosts.Port}";
        var primary = "is a primary, and Target Session Attributes=standby (target_session_attrs) asks for another";
        Assert.EndsWith(primary, await ReasonAsync(hosts.ConnectionString), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_answers_and_is_of_another_kind_is_told_from_one_that_does_not_answer()
    {
        var server = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        var place = $"{server.Host}:{server.Port}";
        var rest = $"user={server.Username} password={server.Password} dbname=postgres target_session_attrs=standby";
        const string Wrong = "is a primary, and Target Session Attributes=standby (target_session_attrs) asks for another";
        foreach (var hosts in (string[])["host={0},127.0.0.1 port={1},1", "host=127.0.0.1,{0} port=1,{1}"])
        {
            var reason = await ReasonAsync(string.Format(CultureInfo.InvariantCulture, hosts, server.Host, server.Port) + " " + rest);
            Assert.Equal(new HashSet<string> { "127.0.0.1:1: Connection refused", $"{place} {Wrong}" }, [.. reason.Split("; ")]);
        }

        Assert.Equal($"{place} {Wrong}", await ReasonAsync($"host={server.Host} port={server.Port} {rest}"));
        await using var role = await postgres.CreateRoleAsync();
        await TestCollector.RunAsync(postgres.ConnectionString, $"ALTER ROLE {role.Name} SET default_transaction_read_only = on");
        var writing = $"host={server.Host} port={server.Port} user={role.Name} password={role.Password} dbname=postgres";
        Assert.StartsWith(
            $"{place} is a primary whose transactions are read-only by default",
            await ReasonAsync($"{writing} target_session_attrs=read-write"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_that_begins_without_asking_needs_a_server_that_knows_it()
    {
        // Servers before 17 take it for the length of a packet, and hang up.
        using var old = new TcpListener(IPAddress.Loopback, 0);
        old.Start();
        var port = ((IPEndPoint)old.LocalEndpoint).Port;
        var connecting = ReasonAsync($"host=localhost port={port} user=me sslmode=require sslnegotiation=direct");
        var accepting = old.AcceptTcpClientAsync(Cancellation).AsTask();
        while (await Task.WhenAny(accepting, connecting) == accepting)
        {
            using var client = await accepting;
            await client.GetStream().ReadExactlyAsync(new byte[8], Cancellation);
            accepting = old.AcceptTcpClientAsync(Cancellation).AsTask();
        }

        var reason = await connecting;
        Assert.StartsWith($"localhost:{port} closed the connection when TLS was begun without asking", reason, StringComparison.Ordinal);
        Assert.Contains("write SSL Negotiation=Postgres (sslnegotiation=postgres)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_console_of_a_pooler_is_told_for_what_it_is()
    {
        var connection = ConnectionString.Read("Host=bouncer;Port=6432;Username=me;Password=hunter2-hunter2", ConnectionSource.Api, out _)!;
        var refused = new PostgresException("extended query protocol not supported by admin console", "ERROR", "ERROR", "08P01");
        Assert.StartsWith(
            "bouncer:6432 is the console of a pooler such as PgBouncer",
            ConnectionFailure.Describe(refused, connection),
            StringComparison.Ordinal);
        var echo = new PostgresException("you sent hunter2-hunter2\nand more", "ERROR", "ERROR", "42000");
        Assert.Equal("bouncer:6432 answered: you sent *** and more (42000)", ConnectionFailure.Describe(echo, connection));
    }

    [Fact]
    public async Task A_file_that_is_to_show_who_we_are_is_told_apart_from_a_server_that_is_away()
    {
        using var directory = new TemporaryDirectory();
        await using var server = TlsServer.Start("db.example");
        var text = $"Host=localhost;Port={server.Port};Username=me;SSL Mode=Require;SSL Certificate={directory.File("none.crt")}";
        Assert.Contains(
            "a certificate or key that is to show who we are cannot be used", await ReasonAsync(text), StringComparison.Ordinal);
        var passfile = new NpgsqlConnectionStringBuilder(postgres.ConnectionString)
        {
            Password = null,
            Passfile = directory.File("none"),
        };
        Assert.Contains("the file of Passfile cannot be used", await ReasonAsync(passfile.ConnectionString), StringComparison.Ordinal);

        // Over the API there is one answer, whatever is there.
        await File.WriteAllTextAsync(directory.File("some"), "no certificate", Cancellation);
        var allowed = ConnectionSource.Api with { Files = true };
        var answers = new List<string>();
        foreach (var file in (string[])["none", "some", "."])
        {
            answers.Add(
                await ReasonAsync(
                    $"Host=localhost;Port={server.Port};Username=me;SSL Mode=VerifyFull;Root Certificate={directory.File(file)}", allowed));
        }

        Assert.Single(answers.Distinct());
    }

    private static async Task<string> ReasonAsync(string text, ConnectionSource? source = null)
    {
        var connection = ConnectionString.Read(
            text, source ?? new ConnectionSource(new Dictionary<string, string>(), Files: true), out var error);
        Assert.Null(error);
        var target = new Target("test", connection!);
        await using var session = new TargetSession(target, Limits);
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => session.OpenAsync(Cancellation));
        return Failure.Describe(exception, target);
    }
}
