using MetricsCollector.Postgres;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Tests.Targets;

[Trait("PostgreSQL", "any")]
public sealed class TargetSettingsTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    private static readonly ConnectionSource Source = new(Nothing, Files: true);

    [Fact]
    public void Without_targets_the_libpq_environment_names_one()
    {
        var target = Assert.Single(
            TargetSettings.Read([], new Dictionary<string, string> { ["PGHOST"] = "db.example", ["PGPORT"] = "5433", ["PGUSER"] = "me" }));
        Assert.Equal("db.example", target.Name);
        Assert.Equal("db.example:5433", target.Address);
        Assert.Empty(TargetSettings.Read([], Nothing));
        var several = Assert.Single(TargetSettings.Read([], new Dictionary<string, string> { ["PGHOST"] = "a,b", ["PGPORT"] = "1,2" }));
        Assert.Equal(("a_b", "a:1,b:2"), (several.Name, several.Address));
        var wrong = Assert.Throws<OptionsValidationException>(
            () => TargetSettings.Read([], new Dictionary<string, string> { ["PGHOST"] = "hunter 2" }));
        Assert.DoesNotContain("hunter", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_and_without_secrets()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => TargetSettings.Read(
            [
                new TargetOptions { Name = "a b", ConnectionString = "Host=x;Password=hunter2;Nonsense=1" },
                new TargetOptions { Name = "ok", ConnectionString = "Password=hunter2" },
                new TargetOptions { Name = "ok", ConnectionString = string.Empty, Preset = "everything",
                    Intervals = { ["*"] = Duration.Parse("10ms") } },
            ],
            Nothing));
        Assert.Equal(7, exception.Failures.Count());
        Assert.All(exception.Failures, failure => Assert.StartsWith("Targets:", failure, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_is_a_PostgreSQL_server_unless_it_says_otherwise()
    {
        var options = new TargetOptions { Name = "a", ConnectionString = "Host=x" };
        Assert.Equal(TargetKind.PostgreSql, Assert.Single(TargetSettings.Read([options], Nothing)).Kind);
        options.Kind = "postgresql";
        Assert.Equal(TargetKind.PostgreSql, Assert.Single(TargetSettings.Read([options], Nothing)).Kind);
        Assert.Equal(TargetKind.PostgreSql, new TargetDocument { ConnectionString = "Host=x", Kind = "postgresql" }
            .ToTarget("a", Source, (_, message) => Assert.Fail(message))?.Kind);
    }

    [Theory]
    [InlineData("postgres", "is 'postgres'; did you mean 'postgresql'? write postgresql")]
    [InlineData("PostgreSQL", "is 'PostgreSQL'; did you mean 'postgresql'? write postgresql")]
    [InlineData("mysql", "is 'mysql'; write postgresql")]
    public void A_kind_that_does_not_exist_is_refused_with_those_that_do(string kind, string message)
    {
        var options = new TargetOptions { Name = "a", ConnectionString = "Host=x", Kind = kind };
        var exception = Assert.Throws<OptionsValidationException>(() => TargetSettings.Read([options], Nothing));
        Assert.Equal($"Targets:0:Kind {message}.", Assert.Single(exception.Failures));

        var errors = new List<string>();
        var document = new TargetDocument { ConnectionString = "Host=x", Kind = kind };
        Assert.Null(document.ToTarget("a", Source, (setting, error) => errors.Add($"{setting} {error}")));
        Assert.Equal($"Kind {message}.", Assert.Single(errors));
    }

    [Theory]
    [InlineData("postgres://me:p%40ss@db:5433/app?sslmode=verify-full", "db", 5433, "me", "p@ss", "app")]
    [InlineData("postgresql://db/app", "db", 5432, null, null, "app")]
    [InlineData("Host=db;Port=5433;Username=me;Password=p@ss;Database=app", "db", 5433, "me", "p@ss", "app")]
    public void Both_forms_of_connection_strings_are_read(
        string text, string host, int port, string? user, string? password, string database)
    {
        var builder = ConnectionString.Read(text, Source, out var error)?.Settings;
        Assert.Null(error);
        Assert.Equal(
            (host, port, user, password, database), (builder!.Host, builder.Port, builder.Username, builder.Password, builder.Database));
    }

    [Theory]
    [InlineData("postgres://me:hunter2@db:notaport/app")]
    [InlineData("postgres://me:hunter2@db/app?nonsense=1")]
    [InlineData("hunter2")]
    [InlineData("Host=db;Port=hunter2")]
    public void A_connection_string_that_cannot_be_read_is_never_shown(string text)
    {
        Assert.Null(ConnectionString.Read(text, Source, out var error));
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
        Assert.Contains("postgres://user@host/database", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("database", true)]
    [InlineData("database_size", false)]
    [InlineData("wal", false)]
    public void Globs_choose_metrics_and_the_last_that_matches_wins(string metric, bool wanted)
    {
        var target = Read(new TargetOptions { Name = "a", ConnectionString = "Host=x", Metrics = { "data*", "!*_size" } });
        Assert.Equal(wanted, target.Metrics.Choose(metric, otherwise: true));
    }

    [Fact]
    public void A_list_that_begins_with_plus_adds_to_the_preset()
    {
        var target = Read(new TargetOptions { Name = "a", ConnectionString = "Host=x", Metrics = { "+bloat" } });
        Assert.True(target.Metrics.Choose("bloat", otherwise: false));
        Assert.True(target.Metrics.Choose("database", otherwise: true));
        Assert.False(target.Metrics.Choose("sequences", otherwise: false));
    }

    [Theory]
    [InlineData("app", true)]
    [InlineData("rdsadmin", false)]
    [InlineData("scratch_1", false)]
    public void A_managed_service_s_databases_are_left_out_and_globs_take_out_more(string database, bool wanted) =>
        Assert.Equal(
            wanted,
            Read(new TargetOptions { Name = "a", ConnectionString = "Host=x", Databases = { "!scratch*" } }).WantsDatabase(database));

    [Fact]
    public void A_list_that_only_excludes_keeps_the_rest()
    {
        var target = Read(new TargetOptions { Name = "a", ConnectionString = "Host=x", Metrics = { "!wal" } });
        Assert.True(target.Metrics.Choose("database", otherwise: true));
        Assert.False(target.Metrics.Choose("database", otherwise: false));
        Assert.False(target.Metrics.Choose("wal", otherwise: true));
    }

    [Fact]
    public void A_disabled_target_is_not_watched_but_still_checked() =>
        Assert.Empty(TargetSettings.Read([new TargetOptions { Name = "a", ConnectionString = "Host=x", Enabled = false }], Nothing));

    private static Target Read(TargetOptions options) => Assert.Single(TargetSettings.Read([options], Nothing));
}
