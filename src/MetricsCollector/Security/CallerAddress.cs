using System.Net;
using System.Net.Sockets;

namespace MetricsCollector.Security;

/// <summary>The address of a caller as limits and the log count it.</summary>
internal static class CallerAddress
{
    private const int PrefixBytes = 8;

    /// <summary>The address of a request; of IPv6 the /64 network, since one host can use every address of it.</summary>
    public static string Of(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "this machine",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } address when !IPAddress.IsLoopback(address) => Network(address),
        var address => address.ToString(),
    };

    private static string Network(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
