using MetricsCollector.Query.Blocking;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Sessions;

/// <summary>Who waits for whom.</summary>
/// <param name="Target">The target.</param>
/// <param name="CollectedAt">The time that the answer is of.</param>
/// <param name="Stored">Whether it was read from the store; false when the server was asked now.</param>
/// <param name="Outcome">Whether it could be read: where it is not ok, no item does not mean that nobody waits.</param>
/// <param name="Reason">Why it could not, and what would mend it; null when ok.</param>
/// <param name="Waiting">How many sessions wait for a lock; the tree is of the 50 that began their statement first.</param>
/// <param name="Items">The sessions from the top down, each followed by those that stand under it.</param>
internal sealed record BlockingResponse(
    string Target,
    DateTimeOffset CollectedAt,
    bool Stored,
    OutcomeStatus Outcome,
    string? Reason,
    int Waiting,
    IReadOnlyList<BlockingNodeResponse> Items)
{
    /// <summary>Shows what a snapshot says.</summary>
    public static BlockingResponse From(Snapshot snapshot, bool stored)
    {
        var waits = LockWaits.Of(snapshot);
        return new BlockingResponse(
            snapshot.Target,
            snapshot.CollectedAt,
            stored,
            snapshot.Outcome.Status,
            snapshot.Outcome.Reason,
            (int)(waits.Max(wait => wait.Waiting) ?? 0),
            [.. BlockingTree.Of(waits).Select(BlockingNodeResponse.From)]);
    }
}
