using Microsoft.AspNetCore.Connections;

namespace MetricsCollector.Security.Connections;

/// <summary>A connection and what it does; guarded by <see cref="ConnectionPlaces"/>.</summary>
internal sealed class ConnectionPlace
{
    public ConnectionPlace(ConnectionContext connection)
    {
        Connection = connection;
        Node = new LinkedListNode<ConnectionPlace>(this);
    }

    /// <summary>The connection.</summary>
    public ConnectionContext Connection { get; }

    /// <summary>Its place in the order of those that wait for a request.</summary>
    public LinkedListNode<ConnectionPlace> Node { get; }

    /// <summary>How many requests it has in progress; HTTP/2 has several.</summary>
    public int Requests { get; set; }

    /// <summary>Whether it counts as open.</summary>
    public bool IsOpen { get; set; }
}
