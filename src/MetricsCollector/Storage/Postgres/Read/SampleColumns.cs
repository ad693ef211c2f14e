using System.Globalization;
using MetricsCollector.Storage.Packing;
using Npgsql;
using NpgsqlTypes;

namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>
/// The columns of <c>samples.sql</c> for each field: the reading or the first one, how they are packed, the numbers, and the summary. A
/// packed
/// row gives either numbers or a summary: where the summary will do, the numbers are not even read.
/// </summary>
internal sealed class SampleColumns(IReadOnlyList<(string Name, int Place)> fields, SummaryRequest? summaries)
{
    // One statement over both, so that it sees every row before or after it is packed and never twice. Packed rows hold less than a day.
    // @since: from when on the last row before @from is wanted.
    private const string SamplesSql =
        """
        SELECT series_id, collected_at AS at, NULL::timestamptz, NULL::integer, NULL::integer, NULL::smallint, NULL::float8[], {raw}
        FROM metrics_raw
        WHERE series_id = ANY(@series) AND collected_at >= @since AND collected_at <= @to
        UNION ALL
        SELECT series_id, starts_at, ends_at, row_count, longest_gap, times_packing, times, {packed}
        FROM metrics_packed
        WHERE series_id = ANY(@series) AND starts_at > @dayBefore AND starts_at <= @to AND ends_at >= @since
        ORDER BY series_id, at
        """;

    private const NpgsqlDbType Times = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz;

    // What is before the range matters only by its last row.
    private const string Earlier = "ends_at < @from";

    private const string InOneStep =
        "starts_at >= @from AND ends_at <= @to AND date_bin(@step, starts_at, '1970-01-01 00:00:00+00') = date_bin(@step, ends_at, "
            + "'1970-01-01 00:00:00+00')";

    private const string NotApart =
        "NOT EXISTS (SELECT FROM unnest(@apartAfter, @apartUntil) AS a(after, until) WHERE starts_at < a.until AND ends_at > a.after)";

    private readonly string _close = summaries?.LongestGaps switch
    {
        null or [] => "true",
        [_] => "longest_gap <= @gap",
        _ => "NOT EXISTS (SELECT FROM unnest(@gapFrom, @gapTo, @gapLongest) AS g(since, until, longest) "
            + "WHERE starts_at <= g.until AND ends_at >= g.since AND longest_gap > g.longest)",
    };

    private readonly string _steady = ConstantField(fields, summaries);

    /// <summary>The statement for these fields.</summary>
    public string Sql() => SamplesSql
        .Replace("{raw}", Join(place => $"readings[{place}], NULL::smallint, NULL::float8[], NULL::float8[]"), StringComparison.Ordinal)
        .Replace("{packed}", Join(Packed), StringComparison.Ordinal);

    /// <summary>Adds what the statement asks about summaries.</summary>
    public void AddParameters(NpgsqlCommand command)
    {
        if (summaries is not { } asked)
        {
            return;
        }

        command.Parameters.Add(new NpgsqlParameter("step", NpgsqlDbType.Interval) { Value = asked.Step });
        AddGaps(command, asked.LongestGaps);
        command.Parameters.Add(
            new NpgsqlParameter("apartAfter", Times) { Value = asked.ExcludedIntervals.Select(time => time.After.UtcDateTime).ToArray() });
        command.Parameters.Add(
            new NpgsqlParameter("apartUntil", Times) { Value = asked.ExcludedIntervals.Select(time => time.Until.UtcDateTime).ToArray() });
    }

    private static void AddGaps(NpgsqlCommand command, IReadOnlyList<GapLimit> limits)
    {
        if (limits is [var only])
        {
            command.Parameters.Add(new NpgsqlParameter("gap", NpgsqlDbType.Double) { Value = only.Longest.TotalMilliseconds });
        }
        else if (limits.Count > 0)
        {
            command.Parameters.Add(
                new NpgsqlParameter("gapFrom", Times) { Value = limits.Select(limit => limit.From.UtcDateTime).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("gapTo", Times) { Value = limits.Select(limit => limit.To.UtcDateTime).ToArray() });
            command.Parameters.Add(new NpgsqlParameter("gapLongest", NpgsqlDbType.Array | NpgsqlDbType.Double)
            {
                Value = limits.Select(limit => limit.Longest.TotalMilliseconds).ToArray(),
            });
        }
    }

    private static string ConstantField(IReadOnlyList<(string Name, int Place)> fields, SummaryRequest? summaries)
    {
        var place = fields.Where(field => field.Name == summaries?.ConstantField).Select(field => field.Place).FirstOrDefault();
        return place == 0
            ? "true"
            : string.Create(CultureInfo.InvariantCulture, $"coalesce(packings[{place}], {PackedField.Constant}) = {PackedField.Constant}");
    }

    private string Join(Func<int, string> columns) => string.Join(", ", fields.Select(field => columns(field.Place)));

    private string Packed(int place)
    {
        var name = fields.First(field => field.Place == place).Name;
        var will = Will(summaries?.Uses.GetValueOrDefault(name) ?? SummaryUse.None, place);
        var slots = FieldSummary.Slots;
        return string.Create(CultureInfo.InvariantCulture, $"""
            summaries[{slots} * {place} - 6], packings[{place}],
            CASE WHEN NOT ({will}) THEN readings[coalesce(ends[{place} - 1], 0) + 1 : ends[{place}]] END,
            CASE WHEN {will} THEN coalesce(summaries[{slots} * {place} - 6 : {slots} * {place}], '{"{}"}') END
            """);
    }

    /// <summary>Where the summary of a field will do. A field that the row does not know has only NULLs, one that never changes only its
    /// first.</summary>
    private string Will(SummaryUse use, int place)
    {
        var packing = string.Create(CultureInfo.InvariantCulture, $"packings[{place}]");
        string Slot(int slot) =>
            string.Create(CultureInfo.InvariantCulture, $"summaries[{FieldSummary.Slots} * {place} - {FieldSummary.Slots - slot}]");
        string Finite(int slot) => $"({Slot(slot)} > '-Infinity' AND {Slot(slot)} < 'Infinity')";
        string Without(int flags) => string.Create(
            CultureInfo.InvariantCulture, $"(({packing} / {PackedField.WithNulls} & {flags}) = 0 AND {Slot(7)} IS NULL)");
        var inside = use switch
        {
            SummaryUse.Values => $"{Finite(2)} AND {Finite(5)}",
            SummaryUse.Differences => Without(1),
            SummaryUse.Increases => Without(3),
            _ => "true",
        };
        var around = use switch
        {
            SummaryUse.Differences => $" AND {_close}",
            SummaryUse.Increases => $" AND {_close} AND {_steady} AND {NotApart}",
            SummaryUse.FirstAndLast => $" AND {_steady}",
            _ => string.Empty,
        };
        return use == SummaryUse.None
            ? Earlier
            : $"{Earlier} OR ({InOneStep}{around} AND (coalesce({packing}, 0) = 0 OR ({inside}) IS TRUE))";
    }
}
