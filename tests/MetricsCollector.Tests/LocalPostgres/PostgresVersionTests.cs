using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Tests.LocalPostgres;

[Trait("PostgreSQL", "any")]
public sealed class PostgresVersionTests
{
    [Theory]
    [InlineData("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18", 15)]
    [InlineData("postgres (PostgreSQL) 17.10\n", "17.10", 17)]
    [InlineData("postgres (PostgreSQL) 19beta1", "19beta1", 19)]
    [InlineData("postgres (PostgreSQL) 9.6.24", "9.6.24", 9)]
    public void A_server_says_its_version(string text, string version, int major)
    {
        var parsed = PostgresVersion.Parse(text);

        Assert.NotNull(parsed);
        Assert.Equal(version, parsed.Text);
        Assert.Equal(major, parsed.Major);
    }

    [Theory]
    [InlineData("")]
    [InlineData("postgres (Other Server) 15.18")]
    [InlineData("psql: command not found")]
    public void Another_text_is_no_version(string text) => Assert.Null(PostgresVersion.Parse(text));

    [Theory]
    [InlineData("17.9", "17.10")]
    [InlineData("17.10", "18.0")]
    [InlineData("18beta2", "18.0")]
    public void Versions_order_by_number(string older, string newer) =>
        Assert.True(Parse(older).CompareTo(Parse(newer)) < 0);

    private static PostgresVersion Parse(string version) => PostgresVersion.Parse($"postgres (PostgreSQL) {version}")!;
}
