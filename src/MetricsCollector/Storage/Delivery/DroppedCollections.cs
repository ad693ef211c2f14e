namespace MetricsCollector.Storage.Delivery;

/// <summary>The collections that were lost last: somebody may be about to ask for them.</summary>
internal sealed class DroppedCollections
{
    /// <summary>Who asks does so within seconds of the collection.</summary>
    private const int Capacity = 10_000;

    private readonly HashSet<Guid> _ids = [];
    private readonly Queue<Guid> _order = new();

    /// <summary>Remembers one, and forgets the oldest when there are too many.</summary>
    public void Add(Guid id)
    {
        if (_ids.Add(id))
        {
            _order.Enqueue(id);
            if (_order.Count > Capacity)
            {
                _ids.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>Whether it was lost.</summary>
    public bool Contains(Guid id) => _ids.Contains(id);
}
