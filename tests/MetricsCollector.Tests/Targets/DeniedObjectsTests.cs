using MetricsCollector.Targets;
using MetricsCollector.Targets.PostgreSql;
using Npgsql;

namespace MetricsCollector.Tests.Targets;

/// <summary>Which of several objects a refusal means, in whatever language the server speaks.</summary>
[Trait("PostgreSQL", "any")]
public sealed class DeniedObjectsTests
{
    private static readonly DeniedObject[] Candidates =
    [
        new("relation", "app", "Order Items", "SELECT ON app.\"Order Items\"", false),
        new("relation", "old", "Order Items", "SELECT ON old.\"Order Items\"", false),
        new("relation", "app", "Items", "SELECT ON app.\"Items\"", false),
        new("relation", "app", "Order", "SELECT ON app.\"Order\"", false),
        new("function", "app", "Items", "EXECUTE ON FUNCTION app.\"Items\"()", false),
        new("relation", "pg_catalog", "pg_shmem_allocations", "SELECT ON pg_catalog.pg_shmem_allocations", true),
    ];

    [Theory]
    [InlineData("permission denied for table Order Items", "GRANT SELECT ON app.\"Order Items\" TO \"me\"")]
    [InlineData("keine Berechtigung für Tabelle Order Items", "GRANT SELECT ON app.\"Order Items\" TO \"me\"")]
    [InlineData("テーブル「Order Items」へのアクセスが拒否されました", "GRANT SELECT ON app.\"Order Items\" TO \"me\"")]
    [InlineData("нет доступа к таблице Order Items", "GRANT SELECT ON app.\"Order Items\" TO \"me\"")]
    [InlineData("permission denied for function Items", "GRANT EXECUTE ON FUNCTION app.\"Items\"() TO \"me\"", "SELECT app.\"Items\"()")]
    [InlineData("permission denied for view pg_shmem_allocations", "GRANT pg_monitor TO \"me\"", "TABLE pg_shmem_allocations")]
    [InlineData("permission denied for table elsewhere", "GRANT pg_monitor TO \"me\"")]
    public void The_object_is_found_by_its_name_and_the_schema_by_the_statement(
        string message, string remedy, string statement = "SELECT * FROM app.\"Order Items\"")
    {
        var exception = new PostgresException(message, "ERROR", "ERROR", PostgresErrorCodes.InsufficientPrivilege);
        Assert.Equal(remedy, DeniedObjects.Remedy(Candidates, exception, statement, Facts([])));
    }

    [Theory]
    [InlineData("SELECT app.\"Items\"() FROM app . \"Order Items\"")]
    [InlineData("SELECT App.\"Items\"() FROM \"app\".\"Order Items\" JOIN items ON app.Items")]
    public void All_that_a_statement_names_is_granted_at_once(string statement)
    {
        var exception = new PostgresException(
            "permission denied for function Items", "ERROR", "ERROR", PostgresErrorCodes.InsufficientPrivilege);
        var expected = new[] { "SELECT ON app.\"Order Items\"", "EXECUTE ON FUNCTION app.\"Items\"()" }
            .Select(privilege => $"GRANT {privilege} TO \"me\"");
        var remedy = DeniedObjects.Remedy(Candidates, exception, statement, Facts([]));
        Assert.Equal(expected.Order(), remedy!.Split("; ").Order());
    }

    [Fact]
    public void Nothing_is_advised_that_would_not_help()
    {
        var exception = new PostgresException(
            "permission denied for table elsewhere", "ERROR", "ERROR", PostgresErrorCodes.InsufficientPrivilege);
        Assert.Null(DeniedObjects.Remedy(Candidates, exception, "SELECT 1", Facts(["pg_monitor"])));
    }

    private static ServerFacts Facts(IReadOnlyList<string> roles) => new()
    {
        VersionNum = 180004,
        Version = "18.4",
        InRecovery = false,
        StartedAt = DateTimeOffset.UnixEpoch,
        RoleName = "me",
        PredefinedRoles = roles,
        Database = "app",
        Encrypted = false,
        Databases = ["app"],
        ClosedDatabases = [],
        Extensions = new Dictionary<string, InstalledExtension>(),
        IsSuperuser = false,
        Settings = new Dictionary<string, string>(),
    };
}
