using System.Text.Json;
using MetricsCollector.Targets.PostgreSql.Driver;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>Reads what a PostgreSQL server says of itself.</summary>
internal static class FactsReader
{
    /// <summary>Reads the one row of <c>server_facts.sql</c>.</summary>
    public static async Task<ServerFacts> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken))
        {
            throw new InvalidOperationException("The server gave no row for server_facts.sql.");
        }

        return new ServerFacts
        {
            VersionNum = reader.GetInt32(0),
            Version = reader.GetString(1),
            InRecovery = reader.GetBoolean(2),
            StartedAt = new DateTimeOffset(reader.GetDateTime(3).ToUniversalTime(), TimeSpan.Zero),
            RoleName = reader.GetString(4),
            PredefinedRoles = List<string>(reader, 5),
            Database = reader.GetString(6),
            Databases = List<string>(reader, 7),
            Encrypted = reader.GetBoolean(8),
            Extensions = List<string[]>(reader, 9)
                .Select(extension => new InstalledExtension(extension[0], extension[1], extension[2], bool.Parse(extension[3])))
                .ToDictionary(extension => extension.Name, StringComparer.Ordinal),
            IsSuperuser = reader.GetBoolean(10),
            PasswordValidUntil = reader.IsDBNull(11) ? null : DateTimeOffset.FromUnixTimeSeconds((long)reader.GetDouble(11)),
            ClosedDatabases = List<string>(reader, 12),
            PreloadedLibraries = reader.IsDBNull(13) ? null : NameList.Parse(reader.GetString(13)),
            Settings = List<string?[]>(reader, 14)
                .Where(setting => setting[1] is not null)
                .ToDictionary(setting => setting[0]!, setting => setting[1]!, StringComparer.Ordinal),
            ReadOnlyByDefault = reader.GetBoolean(15),
        };
    }

    private static T[] List<T>(NpgsqlDataReader reader, int ordinal) =>
        JsonSerializer.Deserialize<T[]>(ServerText.ReadJson(reader.GetFieldValue<byte[]>(ordinal)))!;
}
