using System.Globalization;
using System.Text;

namespace MetricsCollector.Targets.PostgreSql.Driver;

/// <summary>Decodes each byte that has no meaning in an encoding to its hexadecimal number, such as <c>\xE9</c>.</summary>
/// <param name="escape">What comes before the number.</param>
internal sealed class ByteEscapes(string escape) : DecoderFallback
{
    // A sequence that cannot be decoded has at most four bytes.
    private const int LongestSequence = 4;

    /// <inheritdoc />
    public override int MaxCharCount => LongestSequence * (escape.Length + 2);

    /// <inheritdoc />
    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(escape);

    private sealed class Buffer(string escape) : DecoderFallbackBuffer
    {
        private string _text = string.Empty;
        private int _next;

        public override int Remaining => _text.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            _text = string.Concat(bytesUnknown.Select(unknown => escape + unknown.ToString("X2", CultureInfo.InvariantCulture)));
            _next = 0;
            return _text.Length > 0;
        }

        public override char GetNextChar() => _next < _text.Length ? _text[_next++] : '\0';

        public override bool MovePrevious()
        {
            if (_next == 0)
            {
                return false;
            }

            _next--;
            return true;
        }

        public override void Reset()
        {
            _text = string.Empty;
            _next = 0;
        }
    }
}
