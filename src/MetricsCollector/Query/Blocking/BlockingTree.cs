namespace MetricsCollector.Query.Blocking;

/// <summary>
/// Makes a tree of edges. A session may wait for several others, of which some wait for each other: it stands once in the tree, under the
/// one that is deepest, so that the tree is never larger than the number of sessions.
/// </summary>
public static class BlockingTree
{
    /// <summary>The sessions from the top down, each followed by those that stand under it; who blocks most comes first.</summary>
    public static IReadOnlyList<BlockingNode> Of(IReadOnlyList<LockWait> waits)
    {
        var edges = waits.Where(wait => wait.Blocked != wait.Blocker).DistinctBy(wait => (wait.Blocked, wait.Blocker)).ToList();
        var waitsOf = edges.ToLookup(wait => wait.Blocked);
        var waitersOf = edges.ToLookup(wait => wait.Blocker, wait => wait.Blocked);
        var sessions = edges.SelectMany(wait => new[] { wait.Blocker, wait.Blocked }).Distinct().ToList();
        var behind = sessions.ToDictionary(session => session, session => Behind(session, waitersOf));
        var (depths, parents) = Place(sessions, waitsOf, waitersOf, behind);
        var children = sessions.Where(session => parents.ContainsKey(session)).ToLookup(session => parents[session]);
        var nodes = new List<BlockingNode>(sessions.Count);

        // Not by recursion: a queue may be as long as there are connections.
        var open = new Stack<BlockingSession>(Order(sessions.Where(session => !parents.ContainsKey(session))).Reverse());
        while (open.TryPop(out var session))
        {
            nodes.Add(new BlockingNode(
                session,
                depths[session],
                parents.TryGetValue(session, out var parent) ? parent : null,
                DetailsOf(session, waitsOf, edges),
                [.. waitsOf[session]],
                behind[session].Count - (behind[session].Contains(session) ? 1 : 0),
                behind[session].Contains(session)));
            foreach (var child in Order(children[session]).Reverse())
            {
                open.Push(child);
            }
        }

        return nodes;

        IEnumerable<BlockingSession> Order(IEnumerable<BlockingSession> some) => some
            .OrderByDescending(session => behind[session].Count)
            .ThenByDescending(session => waitsOf[session].Max(wait => wait.Wait) ?? 0)
            .ThenBy(session => session.Pid)
            .ThenBy(session => session.Gid, StringComparer.Ordinal);
    }

    // All that wait for a session, directly or behind others; itself where it is in a cycle.
    private static HashSet<BlockingSession> Behind(BlockingSession session, ILookup<BlockingSession, BlockingSession> waitersOf)
    {
        var found = new HashSet<BlockingSession>();
        var open = new Queue<BlockingSession>(waitersOf[session]);
        while (open.TryDequeue(out var waiter))
        {
            if (found.Add(waiter))
            {
                foreach (var next in waitersOf[waiter])
                {
                    open.Enqueue(next);
                }
            }
        }

        return found;
    }

    private static (Dictionary<BlockingSession, int> Depths, Dictionary<BlockingSession, BlockingSession> Parents) Place(
        List<BlockingSession> sessions,
        ILookup<BlockingSession, LockWait> waitsOf,
        ILookup<BlockingSession, BlockingSession> waitersOf,
        Dictionary<BlockingSession, HashSet<BlockingSession>> behind)
    {
        var depths = new Dictionary<BlockingSession, int>();
        var parents = new Dictionary<BlockingSession, BlockingSession>();
        var missing = sessions.ToDictionary(session => session, session => waitsOf[session].Count());
        var ready = new Queue<BlockingSession>(sessions.Where(session => missing[session] == 0));
        while (depths.Count < sessions.Count)
        {
            if (!ready.TryDequeue(out var session))
            {
                // What is left is in cycles or behind them: the one that has waited longest in a cycle stands at the top of it.
                session = sessions
                    .Where(one => !depths.ContainsKey(one) && behind[one].Contains(one))
                    .OrderByDescending(one => waitsOf[one].Max(wait => wait.Wait) ?? 0)
                    .ThenBy(one => one.Pid)
                    .First();
            }

            if (depths.ContainsKey(session))
            {
                continue;
            }

            var placed = waitsOf[session].Select(wait => wait.Blocker).Where(depths.ContainsKey).ToList();
            if (placed.Count > 0)
            {
                parents[session] = placed.MaxBy(blocker => depths[blocker]);
            }

            depths[session] = placed.Count > 0 ? depths[parents[session]] + 1 : 0;
            foreach (var waiter in waitersOf[session].Where(waiter => --missing[waiter] == 0))
            {
                ready.Enqueue(waiter);
            }
        }

        return (depths, parents);
    }

    // Who waits is known better from its own edges than from those of who waits for it.
    private static BlockingDetails DetailsOf(
        BlockingSession session, ILookup<BlockingSession, LockWait> waitsOf, IReadOnlyList<LockWait> edges)
    {
        var asBlocker = edges.FirstOrDefault(wait => wait.Blocker == session)?.BlockerDetails;
        return waitsOf[session].FirstOrDefault()?.BlockedDetails is { } details
            ? details with { State = asBlocker?.State ?? details.State, StateAge = asBlocker?.StateAge }
            : asBlocker ?? new BlockingDetails();
    }
}
