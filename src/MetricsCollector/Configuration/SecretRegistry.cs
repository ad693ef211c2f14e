using System.Text.Encodings.Web;
using MetricsCollector.Postgres;
using Microsoft.Extensions.Primitives;

namespace MetricsCollector.Configuration;

/// <summary>
/// Every password that the program was given, by settings, environment, or over the API, so that a text which holds one by accident can be
/// shown without it. No part of the program writes one on purpose. Thread-safe.
/// </summary>
public sealed class SecretRegistry
{
    private const string Mask = "***";

    // Shorter ones are in every other word; taking them out would tell what they are.
    private const int Shortest = 4;

    // Nobody can fill the memory with strings that are refused or only tried.
    private const int MostPassing = 256;

    private readonly Lock _lock = new();
    private readonly IConfiguration _configuration;
    private readonly HashSet<string> _learned = new(StringComparer.Ordinal);
    private readonly Queue<string> _passing = new();
    private IReadOnlyList<string> _ofSettings = [];
    private volatile IReadOnlyList<string> _texts = [];

    /// <summary>Knows those of the settings, also after they change.</summary>
    public SecretRegistry(IConfiguration configuration)
    {
        _configuration = configuration;
        ReadSettings();
        ChangeToken.OnChange(configuration.GetReloadToken, ReadSettings);
    }

    /// <summary>The registry of the host that was made last: for what ends the program, where no host is available.</summary>
    public static SecretRegistry? Current { get; set; }

    /// <summary>Learns those of a connection string that the settings do not hold, in whatever form it is.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="isKept">Whether it is one of a target; what is only tried, or cannot be read, is remembered for a while.</param>
    public void Learn(string? connectionString, bool isKept = true)
    {
        var text = connectionString ?? string.Empty;
        var read = ConnectionString.TryParse(text);
        var found = (read is null ? UnreadableText.Secrets(text) : SecretsOf(read)).Distinct(StringComparer.Ordinal).ToList();
        lock (_lock)
        {
            var collections = read is null || !isKept;
            if (found.TrueForAll(secret => _learned.Contains(secret) || (collections && _passing.Contains(secret))))
            {
                return;
            }

            if (collections)
            {
                found.ForEach(_passing.Enqueue);
                while (_passing.Count > MostPassing)
                {
                    _passing.Dequeue();
                }
            }
            else
            {
                _learned.UnionWith(found);
            }

            _texts = Find();
        }
    }

    /// <summary>A text without any of them.</summary>
    public string Redact(string text)
    {
        foreach (var secret in _texts)
        {
            text = Replace(text, secret);
        }

        return text;
    }

    // What was a password stays one: a text from before a change may come later.
    private void ReadSettings()
    {
        var found = _configuration.AsEnumerable()
            .Where(setting => setting.Value is { Length: > 0 })
            .SelectMany(setting => Of(setting.Key, setting.Value!))
            .ToList();
        lock (_lock)
        {
            _ofSettings = [.. _ofSettings.Union(found, StringComparer.Ordinal)];
            _texts = Find();
        }
    }

    private List<string> Find() => [.. _ofSettings
        .Concat(_learned)
        .Concat(_passing)
        .Where(secret => secret.Length >= Shortest && !OrdinaryWords.Has(secret))
        .SelectMany(Forms)
        .Distinct(StringComparer.Ordinal)
        .OrderByDescending(secret => secret.Length)];

    private static IEnumerable<string> Of(string key, string value)
    {
        var name = key[(key.LastIndexOf(':') + 1)..];
        if (key.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase)
            || name.Equals("ConnectionString", StringComparison.OrdinalIgnoreCase))
        {
            return SecretsOf(value);
        }

        if (key.Equals("OpenTelemetry:Headers", StringComparison.OrdinalIgnoreCase)
            || (key.StartsWith("OTEL_EXPORTER_OTLP", StringComparison.OrdinalIgnoreCase)
                && key.EndsWith("HEADERS", StringComparison.OrdinalIgnoreCase)))
        {
            // Of "Authorization=Bearer x" x alone may be seen too; the variable's values are encoded as in URIs.
            var headers = value.Split(',').Select(header => header[(header.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim()).ToList();
            return headers.Concat(headers.Select(Uri.UnescapeDataString)).SelectMany(header => (string[])[header, header.Split(' ')[^1]]);
        }

        return name.EndsWith("Password", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("Secret", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("Token", StringComparison.OrdinalIgnoreCase) ? [value] : [];
    }

    private static IEnumerable<string> SecretsOf(string connectionString) =>
        ConnectionString.TryParse(connectionString) is { } connection ? SecretsOf(connection) : UnreadableText.Secrets(connectionString);

    private static IEnumerable<string> SecretsOf(PostgresConnection connection) =>
        connection.Secrets.Concat(connection.Secrets.Select(SaslPrep.Prepare));

    private static IEnumerable<string> Forms(string secret) =>
    [
        secret,
        Uri.EscapeDataString(secret),
        JavaScriptEncoder.Default.Encode(secret),
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret),
    ];

    // One that looks like a word is taken out only where it stands alone, or "post" would make ***gres of postgres.
    private static string Replace(string text, string secret)
    {
        if (!secret.All(char.IsAsciiLetter) || !text.Contains(secret, StringComparison.Ordinal))
        {
            return text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        for (var at = text.IndexOf(secret, StringComparison.Ordinal); at >= 0; at = text.IndexOf(secret, at, StringComparison.Ordinal))
        {
            var end = at + secret.Length;
            var alone = (at == 0 || !char.IsAsciiLetter(text[at - 1])) && (end == text.Length || !char.IsAsciiLetter(text[end]));
            text = alone ? string.Concat(text.AsSpan(0, at), Mask, text.AsSpan(end)) : text;
            at = alone ? at + Mask.Length : at + 1;
        }

        return text;
    }
}
