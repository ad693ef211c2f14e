using MetricsCollector.Configuration;
using Microsoft.Extensions.Configuration;

namespace MetricsCollector.Tests.Security;

[Trait("PostgreSQL", "any")]
public sealed class SecretRegistryTests
{
    private readonly SecretRegistry _secrets = new(new ConfigurationBuilder().Build());

    [Fact]
    public void Passwords_of_targets_are_remembered_for_good_and_those_that_were_tried_for_a_while()
    {
        _secrets.Learn(Text("kept-1x"), isKept: false);
        _secrets.Learn(Text("kept-1x"));
        _secrets.Learn(Text("tried-1x"), isKept: false);
        Assert.Equal("*** ***", _secrets.Redact("kept-1x tried-1x"));

        for (var i = 0; i < 300; i++)
        {
            _secrets.Learn(Text($"other-{i}x"), isKept: false);
        }

        Assert.Equal("*** tried-1x ***", _secrets.Redact("kept-1x tried-1x other-299x"));
    }

    private static string Text(string password) => $"Host=db1;Username=me;Database=app;Password={password}";
}
