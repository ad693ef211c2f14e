using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MetricsCollector.Query;
using MetricsCollector.Query.Events;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Http;

/// <summary>Writes and reads the places where pages end: base64url, so that nobody takes them for more than they are.</summary>
internal static class Cursor
{
    private const char Separator = '\n';

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A cursor behind a snapshot.</summary>
    public static string Of(SnapshotPosition position) =>
        Encode(
            string.Join(Separator, position.CollectedAt.UtcTicks.ToString(CultureInfo.InvariantCulture), position.Target, position.Metric));

    /// <summary>A cursor behind a series.</summary>
    public static string Of(int seriesId) => Encode(seriesId.ToString(CultureInfo.InvariantCulture));

    /// <summary>A cursor behind a collection.</summary>
    public static string Of(Guid collectionId) => Encode(collectionId.ToString("N"));

    /// <summary>A cursor behind items of a diff. It holds the range: <c>now</c> is another instant when the next page is asked
    /// for.</summary>
    public static string Of(DiffPosition position) => Encode(string.Create(
        CultureInfo.InvariantCulture, $"{position.From.UtcTicks}{Separator}{position.To.UtcTicks}{Separator}{position.Skip}"));

    /// <summary>A cursor behind an event.</summary>
    public static string Of(EventPosition position) =>
        Encode(string.Join(
            Separator,
            position.At.UtcTicks.ToString(CultureInfo.InvariantCulture), position.Target, position.Kind.ToString(), position.Subject));

    /// <summary>Reads a cursor behind an event; null when it is none.</summary>
    public static EventPosition? ToEvent(string cursor) =>
        Decode(cursor)?.Split(Separator, 4) is [var ticks, var target, var kind, var subject]
        && Instant(ticks) is { } at
        && Enum.GetNames<EventKind>().Contains(kind)
            ? new EventPosition(at, target, Enum.Parse<EventKind>(kind), subject)
            : null;

    /// <summary>Reads a cursor behind items of a diff; null when it is none.</summary>
    public static DiffPosition? ToDiff(string cursor) =>
        Decode(cursor)?.Split(Separator) is [var from, var to, var skip]
        && Instant(from) is { } first
        && Instant(to) is { } last
        && first <= last
        && int.TryParse(skip, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new DiffPosition(first, last, number)
            : null;

    /// <summary>Reads a cursor behind a snapshot; null when it is none.</summary>
    public static SnapshotPosition? ToSnapshot(string cursor) =>
        Decode(cursor)?.Split(Separator) is [var ticks, var target, var metric]
        && Instant(ticks) is { } at
            ? new SnapshotPosition(at, target, metric)
            : null;

    /// <summary>Reads a cursor behind a series; null when it is none.</summary>
    public static int? ToSeries(string cursor) =>
        int.TryParse(Decode(cursor), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>Reads a cursor behind a collection; null when it is none.</summary>
    public static Guid? ToCollection(string cursor) => Guid.TryParseExact(Decode(cursor), "N", out var id) ? id : null;

    private static DateTimeOffset? Instant(string ticks) =>
        long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(at, TimeSpan.Zero)
            : null;

    private static string Encode(string text) => Base64Url.EncodeToString(Strict.GetBytes(text));

    private static string? Decode(string cursor)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }

        try
        {
            return Strict.GetString(Base64Url.DecodeFromChars(cursor)) is var text
                && text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            // Bytes that are no text were never written by Encode.
            return null;
        }
    }
}
