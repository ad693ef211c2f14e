using MetricsCollector.Configuration;

namespace MetricsCollector.Targets;

/// <summary>What a target is: decides how it is asked, and which metrics are for it.</summary>
/// <param name="Name">Its name in settings, documents and metric files.</param>
public sealed record TargetKind(string Name)
{
    /// <summary>The name of <see cref="PostgreSql"/>.</summary>
    public const string PostgreSqlName = "postgresql";

    /// <summary>A PostgreSQL server: what a target, and a metric, is unless it says otherwise.</summary>
    public static readonly TargetKind PostgreSql = new(PostgreSqlName);

    private static readonly TargetKind[] All = [PostgreSql];

    /// <summary>The kind of a name; null when there is none.</summary>
    public static TargetKind? Find(string name) => Array.Find(All, kind => kind.Name == name);

    /// <summary>What is wrong with a name that is none, and what to write: <c>is 'x'; did you mean 'y'? write y</c>.</summary>
    public static string Problem(string written)
    {
        var names = All.Select(kind => kind.Name).ToList();
        return $"is '{written}'{NameSuggestions.Suggestion(written, names)}write {string.Join(" or ", names)}";
    }

    /// <inheritdoc />
    public override string ToString() => Name;
}
