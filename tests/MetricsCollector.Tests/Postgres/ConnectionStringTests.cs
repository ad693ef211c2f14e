using MetricsCollector.Postgres;
using Npgsql;

namespace MetricsCollector.Tests.Postgres;

[Trait("PostgreSQL", "any")]
public sealed class ConnectionStringTests
{
    private const string Secret = "S3cr3tX";

    private static readonly ConnectionSource Alone = new(new Dictionary<string, string>(), Files: true);

    [Theory]
    [InlineData("Host=db;Port=5433;Username=me;Password=a b=c;Database=app", "db:5433", "me", "a b=c", "app")]
    [InlineData("host=db;port=5433;username=me;password=x;database=app", "db:5433", "me", "x", "app")]
    [InlineData("password=x;host=db;username=me", "db:5432", "me", "x", null)]
    [InlineData("host=db port=5433 user=me password=a;b dbname=app sslmode=require", "db:5433", "me", "a;b", "app")]
    [InlineData("password='it\\'s \\\\' host = db user= me", "db:5432", "me", "it's \\", null)]
    [InlineData("host=a,b port=5433,5434 user=me dbname=app target_session_attrs=read-write", "a:5433,b:5434", "me", null, "app")]
    [InlineData("host=a,b port=5433 user=me target_session_attrs=any", "a:5433,b:5433", "me", null, null)]
    [InlineData("host=db hostaddr=10.0.0.1 user=me", "10.0.0.1:5432", "me", null, null)]
    [InlineData("postgresql://me:p%40ss@db:5433/app?keepalives=1&gssencmode=disable&client_encoding=UTF8", "db:5433", "me", "p@ss", "app")]
    [InlineData("postgresql://db:5433/app?user=me&password=x&connect_timeout=3", "db:5433", "me", "x", "app")]
    [InlineData(
        "postgres://me@a,b:5433,[2001:db8::1]/app?target_session_attrs=primary", "a:5432,b:5433,[2001:db8::1]:5432", "me", null, "app")]
    [InlineData("postgres://me@db/app?require_auth=scram-sha-256", "db:5432", "me", null, "app")]
    [InlineData("postgres://me@db/app?require_auth=!password,!md5", "db:5432", "me", null, "app")]
    [InlineData("postgresql:///app?host=%2Fvar%2Frun%2Fpostgresql&user=me", "/var/run/postgresql:5432", "me", null, "app")]
    [InlineData("postgresql://me@%2Fvar%2Frun%2Fpostgresql:5433/app", "/var/run/postgresql:5433", "me", null, "app")]
    [InlineData("postgres://me@db?ssl=true&sslcompression=0&ssl_min_protocol_version=TLSv1.2&", "db:5432", "me", null, null)]
    [InlineData("host=db user=a:b password=x", "db:5432", "a:b", "x", null)]
    [InlineData("Host=db;Username=a:b;Passfile=/x", "db:5432", "a:b", null, null)]
    [InlineData("postgres://a%3Ab:x@db/app%40home?application_name=x@y", "db:5432", "a:b", "x", "app@home")]
    [InlineData("postgres://me:x?#y@db/app", "db:5432", "me", "x?#y", "app")]
    [InlineData(
        "Host=db;Username=\"cn=Ann Pass, ou=pw\";Password=\"x;password=y\";Database=compass",
        "db:5432",
        "cn=Ann Pass, ou=pw",
        "x;password=y",
        "compass")]
    public void Each_form_is_read(string text, string address, string? user, string? password, string? database)
    {
        var connection = ConnectionString.Read(text, Alone, out var error);
        Assert.Null(error);
        Assert.Equal(address, connection!.Address);
        Assert.Equal(
            (user, password, database), (connection.Settings.Username, connection.Settings.Password, connection.Settings.Database));
    }

    [Theory]
    [InlineData("host=db password=S3cr3tX passwort=S3cr3tX")]
    [InlineData("Host=db user=me password=S3cr3tX")]
    [InlineData("Host=db password=S3cr3tX;Username=me")]
    [InlineData("Host=a=S3cr3tX")]
    [InlineData("Host=db;Password=x;S3cr3tX=1")]
    [InlineData("Host=db;Port=S3cr3tX")]
    [InlineData("Host=db;SSL Mode=S3cr3tX")]
    [InlineData("host=db port=S3cr3tX")]
    [InlineData("host=db sslmode=S3cr3tX")]
    [InlineData("host=db password='S3cr3tX")]
    [InlineData("jdbc:postgresql://me:S3cr3tX@db:5432/app")]
    [InlineData("mysql://me:S3cr3tX@db/app")]
    [InlineData("postgres://me:S3cr3tX@db:5432x/app")]
    [InlineData("postgres://me:S3cr3tX%@db/app")]
    [InlineData("postgres://me@db/app?password=S3cr3tX&S3cr3tX")]
    [InlineData("postgres://me@db/app?S3cr3tX=1")]
    [InlineData("postgres://me:S3cr3tX@[::1/app")]
    [InlineData("S3cr3tX")]
    [InlineData("S3cr3tX me@db")]
    [InlineData("Username=me;Password=S3cr3tX")]
    [InlineData("Host=db;Password=x;Target Session Attributes=S3cr3tX")]
    [InlineData("host=db password=S3cr3tX target_session_attrs=S3cr3tX")]
    [InlineData("Host=db;Password=S3cr3tX;Replication Mode=Logical")]
    [InlineData("Host=db;Password=S3cr3tX;Replication Mode=Physical")]
    [InlineData("host=db password=S3cr3tX replication=database")]
    [InlineData("postgres://me:S3cr3tX@db/app?replication=true")]
    [InlineData("postgres://me:S3cr3/tX@db/app")]
    [InlineData("postgres://me:S3@cr3tX@db/app")]
    [InlineData("host=db password=S3cr3tX sslnegotiation=direct")]
    [InlineData("host=db password=S3cr3tX sslrootcert=system sslmode=require")]
    [InlineData("host=db password=S3cr3tX sslcrl=/x")]
    [InlineData("host=a,b port=1,2,3 password=S3cr3tX")]
    [InlineData("Host=db;Password=S3cr3tX;Encoding=no-such")]
    [InlineData("host=db service=S3cr3tX")]
    [InlineData("Host=db;Username=me Password=S3cr3tX")]
    [InlineData("Host=db;Database=app pwd = S3cr3tX")]
    [InlineData("Host=db;Username=\"me;Pasword=S3cr3tX\"")]
    [InlineData("Host=db;Username=me;Application Name=x, password:S3cr3tX")]
    [InlineData("host=db user='me sslpassword=S3cr3tX'")]
    [InlineData("postgres://me@db/password=S3cr3tX")]
    [InlineData("postgres://me@db/app?application_name=x%26password=S3cr3tX")]
    [InlineData("host=db user=me:S3cr3tX")]
    [InlineData("Host=db;Username=me:S3cr3tX")]
    [InlineData("postgres://me%3AS3cr3tX@db/app")]
    [InlineData("postgres://db/app?user=me:S3cr3tX")]
    [InlineData("postgres://me:12/S3cr3tX@db/app")]
    [InlineData("postgres://me/12:S3cr3tX@db/app")]
    [InlineData("postgres://me:x@12/S3cr3tX@db/app")]
    [InlineData("postgres://me:12/3?S3cr3tX@db/app")]
    [InlineData("host=db user=me dbname=postgres://me:S3cr3tX@db/app")]
    public void What_is_wrong_is_said_without_any_part_of_the_text(string text)
    {
        Assert.Null(ConnectionString.Read(text, Alone, out var error));
        Assert.DoesNotContain(Secret, error, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith($"Write {ConnectionString.Forms}.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://me:S3cr3tX@a,b:5433/app?connect_timeout=3&sslmod=require", "parameter 2 after the ?")]
    [InlineData("host=db password=S3cr3tX sslmod=require", "its keyword number 3")]
    public void A_keyword_that_is_close_to_a_known_one_is_told(string text, string place) => Assert.Equal(
        $"cannot be used: it has a keyword that is not known, {place}; did you mean sslmode? Write {ConnectionString.Forms}.", Error(text));

    [Theory]
    [InlineData("postgres://me:pa/ss@db/app", true)]
    [InlineData("postgres://me:pa/s=@db:5432/app", true)]
    [InlineData("postgresql://me:p@ss@db/app", true)]
    [InlineData("postgres://me:12/34@db/app", true)]
    [InlineData("postgres://me:p%ss@db/app", false)]
    [InlineData("postgres://me:pass@db:x/app?options=a@b", false)]
    public void A_password_that_ends_too_early_is_told_with_how_to_write_it(string text, bool hint) => Assert.Equal(
        (hint, true),
        (Error(text)!.Contains("write %2F for /, %40 for @", StringComparison.Ordinal), Error(text)!.Contains('%') == text.Contains('%')
            || hint));

    [Theory]
    [InlineData("host=db target_session_attrs=read-write", "read-write")]
    [InlineData("Host=db;Target Session Attributes=standby", "standby")]
    [InlineData("postgres://db/app?target_session_attrs=prefer-standby&replication=off", "any")]
    [InlineData("host=db", null)]
    public void One_host_may_have_session_attributes_as_with_psql(string text, string? attributes) =>
        Assert.Equal(attributes, ConnectionString.Read(text, Alone, out _)!.SessionAttributes);

    [Theory]
    [InlineData("host=db sslmode=allow", SslMode.Allow)]
    [InlineData("host=db sslmode=prefer", SslMode.Prefer)]
    [InlineData("host=db sslmode=require", SslMode.Require)]
    [InlineData("host=db sslmode=require sslrootcert=/ca.pem", SslMode.VerifyCA)]
    [InlineData("host=db sslmode=verify-full", SslMode.VerifyFull)]
    [InlineData("host=db sslrootcert=system", SslMode.VerifyFull)]
    [InlineData("Host=db;Root Certificate=system;SSL Mode=VerifyFull", SslMode.VerifyFull)]
    [InlineData("Host=db;SSL Mode=verify-ca", SslMode.VerifyCA)]
    public void Tls_is_as_strict_as_libpq_makes_it(string text, SslMode mode) =>
        Assert.Equal(mode, ConnectionString.Read(text, Alone, out _)!.Settings.SslMode);

    [Fact]
    public void The_environment_fills_what_the_string_leaves_open()
    {
        using var directory = new Storage.TemporaryDirectory();
        File.WriteAllText(directory.File("services"), "[one]\nhost=from-service\nport=6001\n[two]\nhost=x\n");
        var variables = new Dictionary<string, string>
        {
            ["PGSERVICEFILE"] = directory.File("services"),
            ["PGPORT"] = "6002",
            ["PGUSER"] = "me",
            ["PGPASSWORD"] = "pw",
            ["PGSSLMODE"] = "require",
        };
        var source = new ConnectionSource(variables, Files: true);
        var service = ConnectionString.Read("service=one dbname=app", source, out _)!;
        Assert.Equal(
            ("from-service:6001", "me", "pw", SslMode.Require),
            (service.Address, service.Settings.Username, service.Settings.Password, service.Settings.SslMode));
        Assert.Equal("db:6002", ConnectionString.Read("postgres://db/app", source, out _)!.Address);
        Assert.Equal("db:5432", ConnectionString.Read("postgres://db:5432/app", source, out _)!.Address);
        variables["PGHOST"] = "a,b";
        variables["PGPORT"] = "1,2";
        Assert.Equal("a:1,b:2", ConnectionString.ReadEnvironment(source, out _)!.Address);
        variables["PGSERVICE"] = "three";
        Assert.Null(ConnectionString.ReadEnvironment(source, out var error));
        Assert.Contains("service", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_of_the_environment_proves_nothing_of_a_user_name_that_holds_one()
    {
        var variables = new Dictionary<string, string> { ["PGPASSWORD"] = "pw", ["PGPASSFILE"] = "/x" };
        var source = new ConnectionSource(variables, Files: true);
        foreach (var text in (string[])["host=db user=me:S3cr3tX", "Host=db;Username=me:S3cr3tX"])
        {
            Assert.Null(ConnectionString.Read(text, source, out var error));
            Assert.Contains("user name with a :", error, StringComparison.Ordinal);
        }

        // Both are of the environment, as a role has it whose name is like that.
        variables["PGUSER"] = "a:b";
        variables["PGHOST"] = "db";
        Assert.Equal("a:b", ConnectionString.ReadEnvironment(source, out _)!.Settings.Username);
        Assert.NotNull(ConnectionString.Read("Host=db", source, out _));
        variables.Remove("PGPASSWORD");
        variables.Remove("PGPASSFILE");
        Assert.Null(ConnectionString.ReadEnvironment(source, out _));
        Assert.Null(ConnectionString.Read("Host=db", source, out _));
    }

    [Fact]
    public void An_address_of_the_environment_is_for_the_host_of_the_environment()
    {
        using var directory = new Storage.TemporaryDirectory();
        File.WriteAllText(directory.File("services"), "[one]\nhost=from-service\n");
        var variables = new Dictionary<string, string>
        {
            ["PGSERVICEFILE"] = directory.File("services"),
            ["PGHOST"] = "from-environment",
            ["PGHOSTADDR"] = "10.0.0.1",
        };
        var source = new ConnectionSource(variables, Files: true);
        var connection = ConnectionString.ReadEnvironment(source, out _)!;
        Assert.Equal(("10.0.0.1:5432", "from-environment"), (connection.Address, connection.CertificateNames["10.0.0.1"]));
        Assert.Equal("10.0.0.1:5432", ConnectionString.Read("user=me dbname=app", source, out _)!.Address);
        foreach (var text in (string[])["host=db", "Host=db", "postgres://db/app"])
        {
            Assert.Equal("db:5432", ConnectionString.Read(text, source, out _)!.Address);
        }

        Assert.Equal("from-service:5432", ConnectionString.Read("service=one", source, out _)!.Address);
        variables["PGSERVICE"] = "one";
        connection = ConnectionString.ReadEnvironment(source, out _)!;
        Assert.Equal(("10.0.0.1:5432", "from-service"), (connection.Address, connection.CertificateNames["10.0.0.1"]));
    }

    [Theory]
    [InlineData("Host=db;Passfile=/home/me/.pgpass")]
    [InlineData("host=db sslcert=/x")]
    [InlineData("host=db sslrootcert=/x sslmode=verify-full")]
    [InlineData("postgres://db/app?sslkey=/x")]
    [InlineData("service=one")]
    public void Targets_of_the_API_name_no_files_and_draw_on_nothing(string text)
    {
        Assert.Null(ConnectionString.Read(text, ConnectionSource.Api, out var error));
        Assert.Contains("Security:AllowTargetFiles", error, StringComparison.Ordinal);
        Assert.True(ConnectionString.Read("host=db sslrootcert=system", ConnectionSource.Api, out _)!.IsIsolated);
    }

    private static string? Error(string text)
    {
        Assert.Null(ConnectionString.Read(text, Alone, out var error));
        return error;
    }
}
