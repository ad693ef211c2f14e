using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query;

/// <summary>
/// An instant the way people write it: RFC 3339 with its offset, a day for its midnight in UTC, Unix seconds, or relative to now
/// (<c>-6h</c>, <c>now-6h</c>, <c>now</c>, <c>now+5m</c>). A plus sign may arrive as a space, which is what an unescaped plus in a URL
/// becomes.
/// </summary>
public static partial class TimeExpression
{
    /// <summary>What a message tells people to write.</summary>
    public const string Forms = "2026-01-31T12:00:00Z, 2026-01-31 (midnight UTC), Unix seconds, or relative: -6h, now-6h, now";

    // Above this, a number is no longer seconds of a time that anybody watches (the year 5138), but milliseconds or finer.
    private const decimal SecondsLimit = 100_000_000_000;

    /// <summary>Reads an instant.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="now">What relative forms start from.</param>
    /// <param name="time">The instant, UTC, from 1970 to 9999.</param>
    /// <param name="error">What is wrong and what to write instead; null when the text could be read.</param>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset time, [NotNullWhen(false)] out string? error)
    {
        (var parsed, error) = Read(text.Trim(' '), now.ToUniversalTime());
        time = parsed ?? default;
        return parsed is not null;
    }

    private static (DateTimeOffset? Time, string? Error) Read(string text, DateTimeOffset now)
    {
        if (Relative().Match(text) is { Success: true } relative)
        {
            return FromNow(text, relative, now);
        }

        if (Number().IsMatch(text))
        {
            return FromSeconds(text);
        }

        if (Rfc3339().Match(text) is { Success: true } absolute)
        {
            return FromRfc3339(text, absolute);
        }

        if (Day().IsMatch(text) && Rfc3339().Match(text + "T00:00:00Z") is { Success: true } midnight)
        {
            return FromRfc3339(text, midnight);
        }

        return Duration.TryParse(text, CultureInfo.InvariantCulture, out _)
            ? (null, $"'{text}' is a length of time, not an instant; write -{text} for that long ago")
            : (null, $"'{text}' is not a time; write {Forms}");
    }

    private static (DateTimeOffset? Time, string? Error) FromNow(string text, Match match, DateTimeOffset now)
    {
        if (match.Groups["length"] is not { Success: true, Value: var length })
        {
            return (now, null);
        }

        if (!Duration.TryParse(length, CultureInfo.InvariantCulture, out var duration))
        {
            return (null, $"'{text}' has no length of time behind its sign; write {Duration.Forms}, as in -6h or now-6h");
        }

        var back = match.Groups["sign"].Value == "-";
        var room = back ? now - DateTimeOffset.UnixEpoch : DateTimeOffset.MaxValue - now;
        return duration.Value > room
            ? (null, $"'{text}' lies outside the years 1970 to 9999; write a shorter length of time")
            : (back ? now - duration.Value : now + duration.Value, null);
    }

    private static (DateTimeOffset? Time, string? Error) FromSeconds(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return (null, $"'{text}' is too great for Unix seconds; write {Forms}");
        }

        if (seconds < SecondsLimit)
        {
            return (DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)), null);
        }

        var meant = seconds;
        while (meant >= SecondsLimit)
        {
            meant /= 1000;
        }

        return (null, FormattableString.Invariant(
            $"'{text}' is not in seconds but in milliseconds or finer; write Unix seconds: {meant:0.#########}"));
    }

    private static (DateTimeOffset? Time, string? Error) FromRfc3339(string text, Match match)
    {
        if (!match.Groups["offset"].Success)
        {
            return (null, $"'{text}' does not say in which time zone; write {match.Groups["date"].Value}T{match.Groups["clock"].Value}Z "
                + "for UTC, or an offset such as +02:00 (%2B02:00 in a URL)");
        }

        // Seven digits of a second are as fine as time gets here; clients that write nanoseconds mean no harm.
        var fraction = match.Groups["fraction"].Value is { Length: > 8 } fine ? fine[..8] : match.Groups["fraction"].Value;
        var offset = match.Groups["offset"].Value.ToUpperInvariant().Replace(' ', '+');
        var plain = $"{match.Groups["date"].Value}T{match.Groups["clock"].Value}{fraction}{offset}";
        var valid = DateTimeOffset.TryParseExact(
            plain, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time);
        return (valid, time < DateTimeOffset.UnixEpoch) switch
        {
            (false, _) => (null, $"'{text}' is not a day and time of the calendar; write {Forms}"),
            (_, true) => (null, $"'{text}' lies before 1970; write a later time"),
            _ => (time, null),
        };
    }

    [GeneratedRegex(
        "^(?:now|(?=[-+]))(?:(?<sign>[-+ ])(?<length>.*))?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Relative();

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", RegexOptions.ExplicitCapture)]
    private static partial Regex Day();

    [GeneratedRegex(
        @"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})"
            + @"(?<fraction>\.[0-9]+)?(?<offset>[Zz]|[-+ ][0-9]{2}:[0-9]{2})?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Rfc3339();
}
