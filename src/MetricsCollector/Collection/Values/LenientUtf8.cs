using System.Globalization;
using System.Text;

namespace MetricsCollector.Collection.Values;

/// <summary>
/// Texts as a server sends them. Names that all databases share keep the bytes of the database they were made in, and the server does
/// not check them, so a text may hold bytes that are not UTF-8. Those are shown as <c>\xE9</c>: nothing is lost, and names that differ
/// stay different.
/// </summary>
internal static class LenientUtf8
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes a text. A NUL, which PostgreSQL never sends and cannot store, is shown as <c>\x00</c>.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.Contains((byte)0) && System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Strict.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length + 16);
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == System.Buffers.OperationStatus.Done && rune.Value != 0)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var odd in bytes[..consumed])
                {
                    text.Append("\\x").Append(odd.ToString("X2", CultureInfo.InvariantCulture));
                }
            }

            bytes = bytes[consumed..];
        }

        return text.ToString();
    }
}
