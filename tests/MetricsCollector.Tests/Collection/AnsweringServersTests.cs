using MetricsCollector.Collection.Targets;
using MetricsCollector.Targets;

namespace MetricsCollector.Tests.Collection;

/// <summary>Servers that answer by turns under one address, told from one that is restarted and from a list of hosts.</summary>
[Trait("PostgreSQL", "any")]
public sealed class AnsweringServersTests
{
    [Theory]
    [InlineData("A", 0)]
    [InlineData("ABC", 0)]
    [InlineData("ABA", 2)]
    [InlineData("AABBBA", 2)]
    [InlineData("ABCABC", 3)]
    [InlineData("ABAAAAAAAAAAAAAAAAAAAAA", 0)]
    [InlineData("AbA", 0)]
    [InlineData("abab", 2)]
    public void Only_one_that_comes_back_answers_by_turns(string history, int servers)
    {
        var answering = new AnsweringServers();
        foreach (var letter in history)
        {
            answering.Answered(Started(char.ToUpperInvariant(letter)), char.IsUpper(letter) ? "a:5432" : "b:5432");
        }

        Assert.Equal(servers, answering.ByTurns?.Split("; ").Length ?? 0);
    }

    private static ServerFacts Started(char name) => new()
    {
        VersionNum = 180_000,
        Version = "18.0",
        InRecovery = name == 'B',
        StartedAt = new DateTimeOffset(2025, 6, 1, 12, name - 'A', 0, TimeSpan.Zero),
        RoleName = "me",
        PredefinedRoles = [],
        Database = "postgres",
        Encrypted = false,
        Databases = [],
        Extensions = new Dictionary<string, InstalledExtension>(),
        IsSuperuser = false,
        ClosedDatabases = [],
        Settings = new Dictionary<string, string>(),
    };
}
