using System.Globalization;
using System.Net;

namespace MetricsCollector.Collection.Rows.Values;

/// <summary>Network addresses as PostgreSQL writes them.</summary>
internal static class NetworkText
{
    /// <summary>An <c>inet</c> or a <c>cidr</c>: family, length of the mask, whether it is a network, length, address.</summary>
    public static string Address(ReadOnlySpan<byte> value, bool network)
    {
        var address = new IPAddress(value[4..]).ToString();
        return network || value[1] < (value.Length - 4) * 8 ? $"{address}/{value[1].ToString(CultureInfo.InvariantCulture)}" : address;
    }

    /// <summary>A <c>macaddr</c> or a <c>macaddr8</c>.</summary>
    public static string Hardware(ReadOnlySpan<byte> value) =>
        string.Join(':', Convert.ToHexStringLower(value).Chunk(2).Select(digits => new string(digits)));
}
