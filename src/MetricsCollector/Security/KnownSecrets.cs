using System.Text.Encodings.Web;
using MetricsCollector.Targets;
using Microsoft.Extensions.Primitives;
using Npgsql;

namespace MetricsCollector.Security;

/// <summary>The passwords that the settings and the saved targets hold, so that a text which has one by accident can be shown without it. No part of the program writes them on purpose.</summary>
internal sealed class KnownSecrets
{
    private const string Shown = "***";

    // Shorter ones are in every other word; taking them out would tell what they are.
    private const int Shortest = 4;

    private readonly IConfiguration _configuration;
    private readonly LearnedSecrets _learned;
    private volatile IReadOnlyList<string> _texts;

    public KnownSecrets(IConfiguration configuration, LearnedSecrets learned)
    {
        (_configuration, _learned) = (configuration, learned);
        _texts = Find();
        learned.Changed += (_, _) => _texts = Find();
        ChangeToken.OnChange(configuration.GetReloadToken, () => _texts = Find());
    }

    /// <summary>A text without any of them.</summary>
    public string Redact(string text)
    {
        foreach (var secret in _texts)
        {
            text = text.Replace(secret, Shown, StringComparison.Ordinal);
        }

        return text;
    }

    private List<string> Find() => [.. _configuration.AsEnumerable()
        .Where(setting => setting.Value is { Length: > 0 })
        .SelectMany(setting => Of(setting.Key, setting.Value!))
        .Concat(_learned.All)
        .Where(secret => secret.Length >= Shortest)
        .SelectMany(Forms)
        .Distinct(StringComparer.Ordinal)
        .OrderByDescending(secret => secret.Length)];

    private static IEnumerable<string> Of(string key, string value)
    {
        var name = key[(key.LastIndexOf(':') + 1)..];
        if (key.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase) || name.Equals("ConnectionString", StringComparison.OrdinalIgnoreCase))
        {
            return PostgresConnectionString.Parse(value, out _) is { } connection ? Of(connection) : OfUnreadable(value);
        }

        if (key.Equals("OpenTelemetry:Headers", StringComparison.OrdinalIgnoreCase) || key.StartsWith("OTEL_EXPORTER_OTLP", StringComparison.OrdinalIgnoreCase) && key.EndsWith("HEADERS", StringComparison.OrdinalIgnoreCase))
        {
            return value.Split(',').Select(header => header[(header.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        }

        return name.EndsWith("Password", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Secret", StringComparison.OrdinalIgnoreCase) ? [value] : [];
    }

    // A password that is also the name of the user tells nothing that the name does not.
    private static IEnumerable<string> Of(NpgsqlConnectionStringBuilder connection) =>
        new[] { connection.Password, connection.SslPassword }.OfType<string>().Where(secret => secret != connection.Username && secret != connection.Database && secret != connection.Host);

    // Nobody knows which part of it is the password.
    private static IEnumerable<string> OfUnreadable(string value) => value.Split(';', '&', '?', '@', '/', ':').Select(part => part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim());

    private static IEnumerable<string> Forms(string secret) => [secret, Uri.EscapeDataString(secret), JavaScriptEncoder.Default.Encode(secret), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret)];
}
