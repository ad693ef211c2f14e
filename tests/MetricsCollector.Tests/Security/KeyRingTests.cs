using MetricsCollector.Security;
using MetricsCollector.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MetricsCollector.Tests.Security;

[Trait("PostgreSQL", "any")]
public sealed class KeyRingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly string _old = GuardedApp.NewKey();
    private readonly string _new = GuardedApp.NewKey();

    private string Path => _directory.File("key");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_key_is_replaced_without_a_moment_in_which_none_is_valid()
    {
        var keys = Ring(_old);
        Assert.Equal("me", keys.Find(_old)?.Name);
        Assert.Null(keys.Find(_new));

        Write(_old, _new);
        Assert.NotNull(keys.Find(_old));
        Assert.NotNull(keys.Find(_new));

        Write(_new);
        Assert.Null(keys.Find(_old));
        Assert.NotNull(keys.Find(_new));
    }

    [Fact]
    public void A_file_that_is_gone_or_wrong_revokes_its_keys()
    {
        var keys = Ring(_old);
        Assert.NotNull(keys.Find(_old));
        Write(_old, _new, GuardedApp.NewKey());
        Assert.Null(keys.Find(_old));
        Write(_old);
        Assert.NotNull(keys.Find(_old));
        File.Delete(Path);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(keys.Find(_old));
    }

    [Fact]
    public void Blank_keys_and_parts_of_keys_are_no_keys()
    {
        var keys = Ring("# a comment", string.Empty, _old);
        Assert.Null(keys.Find(string.Empty));
        Assert.Null(keys.Find("# a comment"));
        Assert.Null(keys.Find(_old[..^1]));
        Assert.Null(keys.Find(_old + "="));
    }

    [Theory]
    [InlineData("", "has no key")]
    [InlineData("hunter2", "too short")]
    [InlineData("a key with blanks and more than twenty letters", "blanks")]
    public void A_file_says_what_is_wrong_with_it_and_never_what_is_in_it(string content, string error)
    {
        File.WriteAllText(Path, content);
        var file = KeyFile.Read(Path);
        Assert.Contains(error, file.Error, StringComparison.Ordinal);
        Assert.True(content.Length == 0 || !file.Error!.Contains(content, StringComparison.Ordinal));
    }

    private KeyRing Ring(params string[] lines)
    {
        File.WriteAllLines(Path, lines);
        var options = new SecurityOptions { Keys = { new KeyOptions { Name = "me", File = Path, Scopes = { "read" } } } };
        return new KeyRing(new Callers(Options.Create(options), NullLogger<Callers>.Instance), _time, NullLogger<KeyRing>.Instance);
    }

    private void Write(params string[] lines)
    {
        File.WriteAllLines(Path, lines);
        _time.Advance(TimeSpan.FromSeconds(2));
    }
}
