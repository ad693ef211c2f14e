using System.Text;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql.Driver;

/// <summary>
/// How text of a watched server is read: UTF-8, in which bytes that are not UTF-8 become <c>\xE9</c> instead of an exception, and of which
/// at most <see cref="LongestText"/> bytes are kept. A server does not check names that other databases store in other encodings, and a
/// database in SQL_ASCII checks nothing; different bytes stay different texts. Npgsql uses this encoding for every text: values, error
/// messages, notices and parameters.
/// </summary>
internal sealed unsafe class ServerText : Encoding
{
    /// <summary>How many bytes of one text are kept.</summary>
    public const int LongestText = 1024 * 1024;

    private const string Name = "metrics-collector-server-text";
    private const int Utf8CodePage = 65001;
    private static readonly ServerText Instance = new(@"\x");
    private static readonly Encoding InJson = Tolerant(@"\\x");

    private readonly Encoding _utf8;

    static ServerText() => RegisterProvider(new Provider());

    private ServerText(string escape)
        : base(Utf8CodePage) => _utf8 = Tolerant(escape);

    /// <inheritdoc />
    public override string WebName => Name;

    /// <inheritdoc />
    public override string EncodingName => Name;

    /// <summary>Lets connections with these settings read text this way.</summary>
    public static void UseIn(NpgsqlConnectionStringBuilder settings)
    {
        settings.Encoding = Name;
        settings.ClientEncoding = "UTF8";
    }

    /// <summary>The text of a value. A NUL, which PostgreSQL never sends and cannot store, is shown as <c>\x00</c>.</summary>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        var text = Instance._utf8.GetString(bytes);
        return text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", @"\x00", StringComparison.Ordinal) : text;
    }

    /// <summary>The text of a JSON document, in which the escapes of bytes that are not UTF-8 are valid JSON.</summary>
    public static string ReadJson(byte[] bytes) => InJson.GetString(bytes);

    /// <inheritdoc />
    public override int GetByteCount(char[] chars, int index, int count) => _utf8.GetByteCount(chars, index, count);

    /// <inheritdoc />
    public override int GetByteCount(char* chars, int count) => _utf8.GetByteCount(chars, count);

    /// <inheritdoc />
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        _utf8.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    /// <inheritdoc />
    public override int GetBytes(char* chars, int charCount, byte* bytes, int byteCount) =>
        _utf8.GetBytes(chars, charCount, bytes, byteCount);

    /// <inheritdoc />
    public override int GetCharCount(byte[] bytes, int index, int count) =>
        _utf8.GetCharCount(bytes, index, Kept(bytes.AsSpan(index, count)));

    /// <inheritdoc />
    public override int GetCharCount(byte* bytes, int count) => _utf8.GetCharCount(bytes, Kept(new ReadOnlySpan<byte>(bytes, count)));

    /// <inheritdoc />
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        _utf8.GetChars(bytes, byteIndex, Kept(bytes.AsSpan(byteIndex, byteCount)), chars, charIndex);

    /// <inheritdoc />
    public override int GetChars(byte* bytes, int byteCount, char* chars, int charCount) =>
        _utf8.GetChars(bytes, Kept(new ReadOnlySpan<byte>(bytes, byteCount)), chars, charCount);

    /// <inheritdoc />
    public override string GetString(byte[] bytes, int index, int count)
    {
        PlainTypes.ThrowIfGivenUp();
        return _utf8.GetString(bytes, index, Kept(bytes.AsSpan(index, count)));
    }

    /// <inheritdoc />
    public override Encoder GetEncoder() => _utf8.GetEncoder();

    /// <inheritdoc />
    public override Decoder GetDecoder() => _utf8.GetDecoder();

    /// <inheritdoc />
    public override int GetMaxByteCount(int charCount) => _utf8.GetMaxByteCount(charCount);

    /// <inheritdoc />
    public override int GetMaxCharCount(int byteCount) => _utf8.GetMaxCharCount(byteCount);

    private static Encoding Tolerant(string escape)
    {
        var utf8 = (Encoding)new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).Clone();
        utf8.DecoderFallback = new ByteEscapes(escape);
        return utf8;
    }

    // Not in the middle of a character.
    private static int Kept(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= LongestText)
        {
            return bytes.Length;
        }

        var kept = LongestText;
        while (kept > LongestText - 3 && (bytes[kept] & 0xC0) == 0x80)
        {
            kept--;
        }

        return kept;
    }

    private sealed class Provider : EncodingProvider
    {
        public override Encoding? GetEncoding(int codepage) => null;

        public override Encoding? GetEncoding(string name) => name == Name ? Instance : null;

        // Npgsql asks for fallbacks that throw, or lose what the bytes were.
        public override Encoding? GetEncoding(string name, EncoderFallback encoderFallback, DecoderFallback decoderFallback) =>
            GetEncoding(name);
    }
}
