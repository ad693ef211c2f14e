namespace MetricsCollector.Api.Reads;

/// <summary>Lets in what fits within a number of bytes, in the order in which it comes. Thread-safe.</summary>
/// <param name="bytes">How many bytes are in use at most. What is larger than that goes alone.</param>
/// <param name="parallel">How many are let in at once at most.</param>
/// <param name="waiting">How many wait at most.</param>
internal sealed class ByteBudget(long bytes, int parallel, int waiting)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Turn> _queue = new();
    private long _used;
    private int _running;

    /// <summary>Waits for a turn.</summary>
    /// <returns>The turn, which ends when it is disposed of; null when too many wait, or it did not come in time.</returns>
    public async Task<Turn?> TakeAsync(long weight, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var turn = new Turn(this, Math.Min(weight, bytes));
        lock (_lock)
        {
            if (_queue.Count == 0 && Fits(turn))
            {
                Start(turn);
                return turn;
            }

            if (_queue.Count >= waiting)
            {
                return null;
            }

            _queue.AddLast(turn.Node);
        }

        try
        {
            await turn.Begun.Task.WaitAsync(timeout, time, cancellationToken);
            return turn;
        }
        catch (TimeoutException)
        {
            return Leave(turn) ? null : turn;
        }
        catch (OperationCanceledException)
        {
            if (!Leave(turn))
            {
                turn.Dispose();
            }

            throw;
        }
    }

    private bool Fits(Turn turn) => _running < parallel && _used + turn.Weight <= bytes;

    private void Start(Turn turn)
    {
        turn.HasPlace = true;
        _running++;
        _used += turn.Weight;
    }

    // False when its turn came at the last moment.
    private bool Leave(Turn turn)
    {
        lock (_lock)
        {
            if (turn.Node.List is null)
            {
                return false;
            }

            _queue.Remove(turn.Node);
            Next();
            return true;
        }
    }

    private void End(Turn turn)
    {
        lock (_lock)
        {
            LeavePlace(turn);
            _used -= turn.Weight;
            Next();
        }
    }

    private void LeavePlace(Turn turn)
    {
        if (turn.HasPlace)
        {
            turn.HasPlace = false;
            _running--;
        }
    }

    private void Shrink(Turn turn)
    {
        lock (_lock)
        {
            LeavePlace(turn);
            Next();
        }
    }

    private void Next()
    {
        while (_queue.First is { } first && Fits(first.Value))
        {
            _queue.RemoveFirst();
            Start(first.Value);
            first.Value.Begun.SetResult();
        }
    }

    /// <summary>A turn; ends when it is disposed of.</summary>
    internal sealed class Turn : IDisposable
    {
        private readonly ByteBudget _budget;
        private bool _ended;

        /// <summary>One of a budget.</summary>
        internal Turn(ByteBudget budget, long weight)
        {
            (_budget, Weight) = (budget, weight);
            Node = new LinkedListNode<Turn>(this);
        }

        internal long Weight { get; }

        internal LinkedListNode<Turn> Node { get; }

        internal bool HasPlace { get; set; }

        internal TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Lets another one run beside it, and keeps its bytes: a client that reads slowly takes memory and no time.</summary>
        public void LeavePlace() => _budget.Shrink(this);

        /// <inheritdoc />
        public void Dispose()
        {
            if (!_ended)
            {
                _ended = true;
                _budget.End(this);
            }
        }
    }
}
