using MetricsCollector.Query.Blocking;

namespace MetricsCollector.Tests.Query;

/// <summary>Trees of generated edges, deadlocks among them, against a plain computation of who can be reached from whom.</summary>
[Trait("PostgreSQL", "any")]
public sealed class BlockingTreeTests
{
    [Fact]
    public void Every_session_stands_once_under_one_that_it_waits_for()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var sessions = random.Next(1, 12);
            var edges = Enumerable.Range(0, random.Next(0, 25))
                .Select(_ => (Blocked: random.Next(1, sessions + 1), Blocker: random.Next(1, sessions + 1)))
                .ToList();
            Check(edges, seed);
        }
    }

    [Fact]
    public void A_deadlock_has_a_top_and_ends()
    {
        var nodes = BlockingTree.Of([Wait(1, 2, 5), Wait(2, 3, 9), Wait(3, 1, 7), Wait(4, 3, 1)]);
        Assert.Equal([2, 1, 3, 4], nodes.Select(node => node.Session.Pid));
        Assert.Equal([0, 1, 2, 3], nodes.Select(node => node.Depth));
        Assert.Equal([true, true, true, false], nodes.Select(node => node.InCycle));
        Assert.Equal([3, 3, 3, 0], nodes.Select(node => node.Blocks));
    }

    [Fact]
    public void A_queue_may_be_longer_than_any_stack()
    {
        const int Length = 2000;
        var nodes = BlockingTree.Of([.. Enumerable.Range(1, Length).Select(pid => Wait(pid + 1, pid, 1))]);
        Assert.Equal(Enumerable.Range(0, Length + 1), nodes.Select(node => node.Depth));
        Assert.Equal(Length, nodes[0].Blocks);
    }

    [Fact]
    public void Prepared_transactions_are_told_apart_by_their_identifiers()
    {
        var nodes = BlockingTree.Of(
        [
            new LockWait(new BlockingSession(7, string.Empty), new BlockingSession(0, "one")),
            new LockWait(new BlockingSession(8, string.Empty), new BlockingSession(0, "two")),
        ]);
        Assert.Equal([(0, "one"), (7, ""), (0, "two"), (8, "")], nodes.Select(node => (node.Session.Pid, node.Session.Gid)));
    }

    private static void Check(List<(int Blocked, int Blocker)> edges, int seed)
    {
        var real = edges.Where(edge => edge.Blocked != edge.Blocker).Distinct().ToList();
        var reach = Reach(real);
        var nodes = BlockingTree.Of([.. edges.Select(edge => Wait(edge.Blocked, edge.Blocker, edge.Blocked))]);
        var place = nodes.Index().ToDictionary(node => node.Item.Session.Pid, node => node.Index);
        Assert.Equal(real.SelectMany(edge => new[] { edge.Blocked, edge.Blocker }).Distinct().Order(), place.Keys.Order());
        foreach (var node in nodes)
        {
            var pid = node.Session.Pid;
            var waits = real.Where(edge => edge.Blocked == pid).Select(edge => edge.Blocker).ToHashSet();
            Assert.True(waits.SetEquals(node.Waits.Select(wait => wait.Blocker.Pid)), $"seed {seed}, session {pid}");
            Assert.Equal(reach.Contains((pid, pid)), node.InCycle);
            Assert.Equal(reach.Count(pair => pair.From == pid && pair.To != pid), node.Blocks);
            if (node.Parent is { } parent)
            {
                Assert.Contains(parent.Pid, waits);
                var above = nodes[place[parent.Pid]];
                Assert.Equal(above.Depth + 1, node.Depth);
                Assert.True(place[parent.Pid] < place[pid], $"seed {seed}, session {pid}");

                // Between a session and what stands under it there is nothing that is not deeper.
                Assert.All(
                    nodes.Skip(place[parent.Pid] + 1).Take(place[pid] - place[parent.Pid]), one => Assert.True(one.Depth > above.Depth));
            }
            else
            {
                Assert.Equal(0, node.Depth);
                Assert.True(waits.Count == 0 || node.InCycle, $"seed {seed}, session {pid}");
            }
        }

        // Without a deadlock nobody stands above one that it waits for.
        if (!reach.Any(pair => pair.From == pair.To))
        {
            Assert.All(real, edge => Assert.True(nodes[place[edge.Blocked]].Depth > nodes[place[edge.Blocker]].Depth, $"seed {seed}"));
        }
    }

    // Who stands behind whom, by repeating until nothing is new.
    private static HashSet<(int From, int To)> Reach(List<(int Blocked, int Blocker)> edges)
    {
        var reach = edges.Select(edge => (From: edge.Blocker, To: edge.Blocked)).ToHashSet();
        while (true)
        {
            var more = (from one in reach from other in reach where one.To == other.From select (one.From, other.To)).ToList();
            var before = reach.Count;
            reach.UnionWith(more);
            if (reach.Count == before)
            {
                return reach;
            }
        }
    }

    private static LockWait Wait(int blocked, int blocker, double seconds) =>
        new(new BlockingSession(blocked, string.Empty), new BlockingSession(blocker, string.Empty)) { Wait = seconds };
}
