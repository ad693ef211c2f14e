using MetricsCollector.Collection.Rows;
using MetricsCollector.Collection.Sampling;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Collections;

/// <summary>What collections of a target learn for the collections after them.</summary>
/// <param name="topRows">The cap on rows of metrics that have one.</param>
/// <param name="samples">Whether something is sampled between the collections.</param>
/// <param name="texts">Whether texts of statements are read.</param>
internal sealed class CollectionMemory(int topRows, bool samples, bool texts)
{
    private readonly Dictionary<(string Metric, string? Database), MetricQuery> _learned = [];
    private readonly Dictionary<(string Metric, string? Database), TopRows> _top = [];
    private readonly HashSet<(string Metric, string? Database)> _failed = [];
    private readonly Dictionary<(string Metric, string? Database), (string Refusal, string Remedy)> _remedies = [];
    private readonly HashSet<(string Metric, string? Database)> _cut = [];
    private readonly DatabaseTurns _turns = new();
    private int _version;

    /// <summary>Texts that describe series.</summary>
    public SeriesAttributes Attributes { get; } = new();

    /// <summary>Whether texts of statements are read.</summary>
    public bool StatementTexts => texts;

    /// <summary>What is sampled between the collections.</summary>
    public TargetSampling Sampling { get; } = new(samples, topRows);

    /// <summary>Which further databases were visited when.</summary>
    public DatabaseTurns Turns => _turns;

    /// <summary>Forgets what held for another version of the server or an extension, and databases that are gone.</summary>
    public void Refresh(ServerFacts facts)
    {
        var version = facts.Extensions.Values.Aggregate(facts.VersionNum, HashCode.Combine);
        if (version != _version)
        {
            _learned.Clear();
            _version = version;
        }

        var databases = facts.Databases.ToHashSet(StringComparer.Ordinal);
        Forget(_learned);
        Forget(_top);
        Forget(_remedies);
        _failed.RemoveWhere(IsGone);
        _cut.RemoveWhere(IsGone);
        _turns.Keep(facts.Databases);

        bool IsGone((string Metric, string? Database) key) => key.Database is not null && !databases.Contains(key.Database);

        void Forget<T>(Dictionary<(string Metric, string? Database), T> known)
        {
            foreach (var gone in known.Keys.Where(IsGone).ToList())
            {
                known.Remove(gone);
            }
        }
    }

    /// <summary>The question without the columns that are known to be missing.</summary>
    public MetricQuery Recall(MetricQuery question) =>
        _learned.GetValueOrDefault(Key(question)) is { } learned && ReferenceEquals(learned.File, question.File)
            ? question with { Sql = learned.Sql, Missing = learned.Missing }
            : question;

    public void Learn(MetricQuery question) => _learned[Key(question)] = question;

    /// <summary>The remedy that was found for a refusal before; null when this one is new.</summary>
    public string? RemedyOf(MetricQuery question, string refusal) =>
        _remedies.TryGetValue(Key(question), out var known) && known.Refusal == refusal ? known.Remedy : null;

    public void LearnRemedy(MetricQuery question, string refusal, string remedy) => _remedies[Key(question)] = (refusal, remedy);

    public bool FailedLastTime(MetricQuery question) => _failed.Contains(Key(question));

    public void Failed(MetricQuery question) => _failed.Add(Key(question));

    public bool CutLastTime(MetricQuery question) => _cut.Contains(Key(question));

    /// <summary>The connection ended while the server worked on a query.</summary>
    public void Cut(MetricQuery question) => _cut.Add(Key(question));

    public void Answered(MetricQuery question)
    {
        _failed.Remove(Key(question));
        _cut.Remove(Key(question));
        if (question.File.Sampled)
        {
            Sampling.Answered(question);
        }
    }

    /// <summary>The cap of a question's metric; null when it has none.</summary>
    public TopRows? TopOf(MetricQuery question)
    {
        if (question.File.Top.Count == 0)
        {
            return null;
        }

        if (!_top.TryGetValue(Key(question), out var top))
        {
            _top[Key(question)] = top = new TopRows(topRows);
        }

        return top;
    }

    private static (string Metric, string? Database) Key(MetricQuery question) => (question.Metric.Name, question.Database);
}
