using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Security.Connections;

/// <summary>
/// Bounds the open connections. When places are short, a new connection takes the place of the one that has waited longest without a
/// request. Some places beyond the bound are left to requests for health, so that a crowd never looks like a dead service. Thread-safe.
/// </summary>
internal sealed class ConnectionPlaces(IOptions<SecurityOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    /// <summary>Connections beyond <see cref="SecurityOptions.MaxConnections"/>, which only health may keep.</summary>
    public const int HealthPlaces = 16;

    private readonly Lock _lock = new();
    private readonly LinkedList<ConnectionPlace> _idle = new();
    private int _open;
    private int _busy;

    private int Most => options.Value.MaxConnections;

    /// <inheritdoc />
    public void Configure(KestrelServerOptions kestrel) =>
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => KeepAsync(connection, next)));

    /// <summary>A request of a connection begins.</summary>
    /// <returns>Whether there is a place for it; health is answered without.</returns>
    public bool Begin(ConnectionPlace place)
    {
        lock (_lock)
        {
            if (place.Requests++ == 0)
            {
                _busy++;
                Remove(place);
            }

            return _busy <= Most;
        }
    }

    /// <summary>A request of a connection has been answered.</summary>
    public void End(ConnectionPlace place)
    {
        lock (_lock)
        {
            if (--place.Requests == 0)
            {
                _busy--;
                if (place.IsOpen)
                {
                    _idle.AddLast(place.Node);
                }
            }
        }
    }

    private async Task KeepAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var place = new ConnectionPlace(connection);
        if (!Enter(place, out var evicted))
        {
            connection.Abort(new ConnectionAbortedException("Security:MaxConnections allows no more, and every connection has a request."));
            return;
        }

        evicted?.Connection.Abort(new ConnectionAbortedException("The connection had no request, and its place was needed."));
        connection.Features.Set(place);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(place);
        }
    }

    private bool Enter(ConnectionPlace place, out ConnectionPlace? evicted)
    {
        lock (_lock)
        {
            evicted = null;
            if (_open >= Most + HealthPlaces)
            {
                if (_idle.First is not { } longest)
                {
                    return false;
                }

                evicted = longest.Value;
                Close(evicted);
            }

            _open++;
            place.IsOpen = true;
            _idle.AddLast(place.Node);
            return true;
        }
    }

    private void Leave(ConnectionPlace place)
    {
        lock (_lock)
        {
            Close(place);
        }
    }

    private void Close(ConnectionPlace place)
    {
        Remove(place);
        if (place.IsOpen)
        {
            place.IsOpen = false;
            _open--;
        }
    }

    private void Remove(ConnectionPlace place)
    {
        if (place.Node.List is not null)
        {
            _idle.Remove(place.Node);
        }
    }
}
