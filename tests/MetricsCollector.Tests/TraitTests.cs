using System.Reflection;

namespace MetricsCollector.Tests;

/// <summary>
/// On which major versions a class runs is written on it: <c>any</c> (its result cannot depend on the version: once, on the newest),
/// <c>ends</c> (the newest and the oldest prove it for all), <c>each</c> (metric SQL, sessions, schema, exporter's names).
/// </summary>
[Trait("PostgreSQL", "any")]
public sealed class TraitTests
{
    private static readonly string[] Values = ["any", "ends", "each"];

    [Fact]
    public void Every_class_says_on_which_majors_it_runs()
    {
        var silent =
            from type in typeof(TraitTests).Assembly.GetTypes()
            where type is { IsClass: true, IsAbstract: false }
            where type.GetMethods().Any(method => method.GetCustomAttributes<FactAttribute>(inherit: true).Any())
            let traits = type.GetCustomAttributes<TraitAttribute>(inherit: true).Where(trait => trait.Name == "PostgreSQL").ToArray()
            where traits.Length != 1 || !Values.Contains(traits[0].Value)
            select type.FullName;
        Assert.Empty(silent);
    }
}
