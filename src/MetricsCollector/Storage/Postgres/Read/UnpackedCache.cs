namespace MetricsCollector.Storage.Postgres.Read;

/// <summary>
/// Rows that were unpacked for one page of snapshots and lie where the next page will ask. A packed row can only be unpacked from its first
/// row
/// on: without this, every page of a packed day would unpack the day. Bounded in bytes; what was asked for least recently leaves first.
/// </summary>
/// <param name="maxBytes">About how much it holds at most.</param>
internal sealed class UnpackedCache(long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<UnpackedRows> _newestFirst = [];
    private readonly Dictionary<(int Series, DateTimeOffset StartsAt), LinkedListNode<UnpackedRows>> _known = [];
    private long _bytes;

    /// <summary>What one page may unpack ahead, in bytes: a quarter, so that several may be read at once.</summary>
    public long MaxBytesAhead { get; } = maxBytes / 4;

    /// <summary>What is here of a range of time, both ends included, and has all that is packed of it.</summary>
    public List<UnpackedRows> Covering(DateTimeOffset from, DateTimeOffset to)
    {
        lock (_lock)
        {
            return [.. _newestFirst.Where(rows => rows.Covers(from, to))];
        }
    }

    /// <summary>Says that rows were asked for.</summary>
    public void Touch(UnpackedRows rows)
    {
        lock (_lock)
        {
            if (_known.TryGetValue((rows.Series, rows.StartsAt), out var node) && node.Value == rows)
            {
                _newestFirst.Remove(node);
                _newestFirst.AddFirst(node);
            }
        }
    }

    /// <summary>Keeps rows, instead of others of the same packed row.</summary>
    public void Keep(UnpackedRows rows)
    {
        lock (_lock)
        {
            if (_known.TryGetValue((rows.Series, rows.StartsAt), out var before))
            {
                Remove(before);
            }

            _known[(rows.Series, rows.StartsAt)] = _newestFirst.AddFirst(rows);
            for (_bytes += rows.Bytes; _bytes > maxBytes; Remove(_newestFirst.Last!))
            {
            }
        }
    }

    private void Remove(LinkedListNode<UnpackedRows> node)
    {
        _newestFirst.Remove(node);
        _known.Remove((node.Value.Series, node.Value.StartsAt));
        _bytes -= node.Value.Bytes;
    }
}
