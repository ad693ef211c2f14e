using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MetricsCollector.Benchmarks.Api;

/// <summary>
/// Asks for the same thing over and over, on several connections at once, with so little work of its own that what is measured is the
/// other side: bare sockets, one request at a time on each, nothing parsed but where the answer ends.
/// </summary>
internal sealed class HttpLoad(IPEndPoint server, string path, int connections)
{
    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    /// <summary>Asks for so long.</summary>
    /// <returns>Answers per second, and bytes that the whole process allocated per answer.</returns>
    public async Task<(double PerSecond, double Allocated)> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        var clients = Enumerable.Range(0, connections)
            .Select(_ => Task.Run(() => ExecuteAsync(watch, duration, cancellationToken), cancellationToken))
            .ToArray();
        var counts = await Task.WhenAll(clients);
        var seconds = watch.Elapsed.TotalSeconds;
        return (counts.Sum() / seconds, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Math.Max(1, counts.Sum()));
    }

    private async Task<long> ExecuteAsync(Stopwatch watch, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        var buffer = new byte[4 * 1024 * 1024];
        long count = 0;
        for (; watch.Elapsed < duration; count++)
        {
            await socket.SendAsync(_request, cancellationToken);
            var (read, whole) = (0, -1);
            while (whole < 0 ? !Ends(buffer.AsSpan(0, read), out whole) : read < whole)
            {
                var more = await socket.ReceiveAsync(buffer.AsMemory(read), cancellationToken);
                read += more > 0 ? more : throw new InvalidOperationException($"The connection ended inside an answer to {path}.");
            }
        }

        return count;
    }

    // True at the end of a chunked answer; where the length is said, it is given back instead.
    private static bool Ends(ReadOnlySpan<byte> answer, out int whole)
    {
        whole = -1;
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        if (!answer.StartsWith("HTTP/1.1 200"u8))
        {
            throw new InvalidOperationException(Encoding.UTF8.GetString(answer));
        }

        var length = answer[..head].IndexOf("Content-Length: "u8);
        if (length < 0)
        {
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        }

        var digits = answer[(length + "Content-Length: ".Length)..head];
        var end = digits.IndexOf((byte)'\r');
        whole = head + 4 + int.Parse(end < 0 ? digits : digits[..end], System.Globalization.CultureInfo.InvariantCulture);
        return answer.Length >= whole;
    }
}
