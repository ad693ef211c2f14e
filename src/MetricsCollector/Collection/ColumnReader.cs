using Npgsql;

namespace MetricsCollector.Collection;

/// <summary>Reads values of any of PostgreSQL's plain types as text or as a number.</summary>
internal static class ColumnReader
{
    /// <summary>A text; empty for NULL.</summary>
    /// <returns>False when the column is of a type that is not read: a list, a range, a row, or one that is not built in.</returns>
    public static bool TryText(NpgsqlDataReader reader, int ordinal, out string text)
    {
        text = string.Empty;
        if (reader.IsDBNull(ordinal))
        {
            return true;
        }

        try
        {
            text = reader.GetValue(ordinal) switch
            {
                string value => value,
                IFormattable value => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                bool value => value ? "true" : "false",
                var value => value.ToString() ?? string.Empty,
            };
            return true;
        }
        catch (InvalidCastException)
        {
            return false;
        }
    }

    /// <summary>Whether a column is of a type that is read as a number.</summary>
    public static bool IsNumber(NpgsqlDataReader reader, int ordinal) => Type.GetTypeCode(reader.GetFieldType(ordinal)) is
        TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 or TypeCode.UInt32 or TypeCode.Single or TypeCode.Double or TypeCode.Decimal or TypeCode.Boolean;

    /// <summary>
    /// A number: booleans are 0 and 1, instants Unix seconds, lengths of time seconds. A value beyond a double's 53 bits of whole
    /// numbers loses its last digits, as everywhere in Prometheus.
    /// </summary>
    /// <returns>False when the column is no number.</returns>
    public static bool TryNumber(NpgsqlDataReader reader, int ordinal, out double? number)
    {
        number = null;
        if (reader.IsDBNull(ordinal))
        {
            return true;
        }

        try
        {
            number = reader.GetValue(ordinal) switch
            {
                long value => value,
                int value => value,
                double value => value,
                decimal value => (double)value,
                short value => value,
                float value => value,
                uint value => value,
                bool value => value ? 1 : 0,
                DateTime value => (value.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds,
                TimeSpan value => value.TotalSeconds,
                _ => null,
            };
        }
        catch (Exception exception) when (exception is InvalidCastException or OverflowException)
        {
            // A numeric beyond decimal's range, an interval with months: the caller says which column.
            return false;
        }

        return number is not null;
    }
}
