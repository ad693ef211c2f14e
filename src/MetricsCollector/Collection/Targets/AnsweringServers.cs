using MetricsCollector.Collection.Collections;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Targets;

/// <summary>
/// The servers that answered under the address of one target, by the time of their start. One that was restarted never comes back as it
/// was; servers behind a balancing address do.
/// </summary>
internal sealed class AnsweringServers
{
    // As many servers as are remembered.
    private const int MostKnown = 8;

    // After so many answers of one server alone the address is taken to lead to one server again.
    private const int Enough = 20;

    // The one that answered last is the last.
    private readonly List<(DateTimeOffset StartedAt, bool InRecovery, string? Place)> _known = [];
    private readonly HashSet<DateTimeOffset> _byTurns = [];
    private int _alone;

    /// <summary>The servers that answer by turns; null while one does.</summary>
    public string? ByTurns => _byTurns.Count == 0
        ? null
        : string.Join("; ", _known.Where(one => _byTurns.Contains(one.StartedAt)).OrderBy(one => one.StartedAt)
            .Select(one => AnotherServerException.Name(one.InRecovery, one.StartedAt)));

    /// <summary>A server answered.</summary>
    /// <param name="facts">What it said of itself.</param>
    /// <param name="place">Where it was reached.</param>
    public void Answered(ServerFacts facts, string? place)
    {
        var at = _known.FindIndex(one => one.StartedAt == facts.StartedAt && one.Place == place);
        if (_known.Count > 0 && at == _known.Count - 1)
        {
            _known[at] = (facts.StartedAt, facts.InRecovery, place);
            if (++_alone >= Enough)
            {
                _byTurns.Clear();
                _known.RemoveRange(0, at);
            }

            return;
        }

        _alone = 0;
        if (at >= 0 && _known[^1].Place == place)
        {
            _byTurns.UnionWith(_known.Skip(at).Select(one => one.StartedAt));
        }

        _known.RemoveAll(one => one.StartedAt == facts.StartedAt);
        _known.Add((facts.StartedAt, facts.InRecovery, place));
        if (_known.Count > MostKnown)
        {
            _known.RemoveAt(0);
        }
    }
}
