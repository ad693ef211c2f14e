using MetricsCollector.Storage.Postgres;
using Npgsql;

namespace MetricsCollector.Tests.Storage.Maintenance;

[Trait("PostgreSQL", "any")]
public sealed class StoreConnectionStringTests
{
    [Theory]
    [InlineData("Host=db.example;Port=6432;Username=me;Password=p@ss/word;Database=metrics;SSL Mode=Require")]
    [InlineData("postgres://me:p%40ss%2Fword@db.example:6432/metrics?sslmode=require")]
    [InlineData("postgresql://me:p%40ss%2Fword@db.example:6432/metrics?sslmode=require")]
    public void Keywords_and_uris_say_the_same(string text)
    {
        Assert.True(StoreConnectionString.TryParse(text, out var settings));
        Assert.Equal(
            ("db.example", 6432, "me", "p@ss/word", "metrics", SslMode.Require),
            (settings.Host, settings.Port, settings.Username, settings.Password, settings.Database, settings.SslMode));
    }

    [Fact]
    public void A_uri_may_leave_most_out_and_name_options_as_libpq_does()
    {
        Assert.True(
            StoreConnectionString.TryParse(
                "postgres://localhost?application_name=mine&connect_timeout=3&sslmode=verify-full", out var settings));
        Assert.Equal(
            ("localhost", 5432, "mine", 3, SslMode.VerifyFull),
            (settings.Host, settings.Port, settings.ApplicationName, settings.Timeout, settings.SslMode));
        Assert.Null(settings.Database);
        Assert.True(StoreConnectionString.TryParse("postgres://[::1]:5433/x", out settings));
        Assert.Equal(("::1", 5433), (settings.Host, settings.Port));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Database=metrics")]
    [InlineData("Host=a;No such keyword=1")]
    [InlineData("postgres://localhost?no_such_option=1")]
    public void What_is_neither_is_told_apart(string text) => Assert.False(StoreConnectionString.TryParse(text, out _));

    [Fact]
    public async Task The_service_is_seen_by_its_name_unless_another_is_given()
    {
        await using var named = StoreConnectionString.CreateDataSource("Host=a;Application Name=mine");
        await using var unnamed = StoreConnectionString.CreateDataSource("Host=a");
        Assert.Contains("Application Name=mine", named.ConnectionString, StringComparison.Ordinal);
        Assert.Contains("Application Name=metrics-collector-store", unnamed.ConnectionString, StringComparison.Ordinal);
    }
}
