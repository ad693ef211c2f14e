using System.IO.Enumeration;

namespace MetricsCollector.Targets;

/// <summary>A choice among names by globs (<c>*</c>, <c>?</c>): <c>glob</c> and <c>+glob</c> put in, <c>!glob</c> takes out, the last that
/// matches wins.</summary>
/// <param name="globs">In the order of the settings.</param>
public sealed class Globs(IReadOnlyList<string> globs)
{
    /// <summary>The choice of everything that is there anyway.</summary>
    public static Globs None { get; } = new([]);

    /// <summary>The globs as the settings have them.</summary>
    public IReadOnlyList<string> Items => globs;

    /// <summary>Whether a name is chosen.</summary>
    /// <param name="name">The name.</param>
    /// <param name="otherwise">Whether it is chosen where the list begins by changing what is there (<c>+</c> or <c>!</c>), or is
    /// empty.</param>
    public bool Choose(string name, bool otherwise)
    {
        var chosen = otherwise && (globs.Count == 0 || globs[0].StartsWith('!') || globs[0].StartsWith('+'));
        foreach (var glob in globs)
        {
            var pattern = glob.AsSpan(glob.StartsWith('!') || glob.StartsWith('+') ? 1 : 0);
            if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
            {
                chosen = !glob.StartsWith('!');
            }
        }

        return chosen;
    }
}
