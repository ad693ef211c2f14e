using System.Globalization;
using MetricsCollector.Storage.Shared;

namespace MetricsCollector.Storage.Postgres.Schema;

/// <summary>One step of the schema: an embedded file <c>Migrations/NNNN_name.sql</c>.</summary>
/// <param name="Version">Its number, from 1 without holes.</param>
/// <param name="Name">What it is about.</param>
/// <param name="Sql">Its statements.</param>
internal sealed record SchemaMigration(int Version, string Name, string Sql)
{
    private const string Prefix = "Migrations/";

    /// <summary>Every step, in order.</summary>
    public static IReadOnlyList<SchemaMigration> All { get; } =
    [
        .. typeof(SchemaMigration).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Load),
    ];

    private static SchemaMigration Load(string resource)
    {
        var parts = Path.GetFileNameWithoutExtension(resource[Prefix.Length..]).Split('_', 2);
        return new SchemaMigration(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], EmbeddedText.Read(resource));
    }
}
