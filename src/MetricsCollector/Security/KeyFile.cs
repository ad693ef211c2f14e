using System.Security.Cryptography;
using System.Text;

namespace MetricsCollector.Security;

/// <summary>The keys of one caller, read from a file. Only their hashes stay in memory.</summary>
/// <param name="Hashes">SHA-256 of each key.</param>
/// <param name="Error">Why none could be read, without any part of a key; null when one was.</param>
internal sealed record KeyFile(IReadOnlyList<byte[]> Hashes, string? Error)
{
    // Fewer characters could be guessed; 32 random bytes in base64 are 44.
    private const int ShortestKey = 20;

    // The old one and the new one.
    private const int MostKeys = 2;

    // Two keys with comments; anything larger is another file.
    private const int MostBytes = 16 * 1024;

    /// <summary>Reads a file; what is wrong with it is told, not thrown.</summary>
    public static KeyFile Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > MostBytes }
                ? Wrong("is too large for a file of keys; write one key per line")
                : Of(File.ReadAllLines(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            return Wrong(exception is FileNotFoundException or DirectoryNotFoundException
                ? "does not exist; make it with: openssl rand -base64 32 > FILE"
                : "cannot be read; let the service's user read it");
        }
    }

    /// <summary>The hash under which a key is known.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static KeyFile Of(string[] lines)
    {
        var keys = lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToList();
        return keys switch
        {
            [] => Wrong("has no key; write one with: openssl rand -base64 32 > FILE"),
            { Count: > MostKeys } => Wrong("has more than two keys; leave the one in use and the one that replaces it, one per line"),
            _ when keys.Exists(key => key.Length < ShortestKey || key.Any(char.IsWhiteSpace)) =>
                Wrong("has a key that is too short or has blanks; write at least 20 characters, such as from: openssl rand -base64 32"),
            _ => new KeyFile([.. keys.Select(HashOf)], null),
        };
    }

    private static KeyFile Wrong(string error) => new([], error);
}
