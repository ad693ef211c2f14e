using System.Globalization;
using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Rows.Values;
using MetricsCollector.Snapshots;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Rows;

/// <summary>
/// Turns the answer to a query into rows of its labels, attributes and fields. A value that cannot be read costs itself, an answer
/// that cannot be read costs its metric, and only the connection's failures leave here as exceptions.
/// </summary>
/// <param name="question">The query.</param>
/// <param name="top">The cap of a metric that has one.</param>
/// <param name="budget">What the collection may still take.</param>
internal sealed class RowReader(MetricQuery question, TopRows? top, AnswerBudget budget)
{
    private const int LongestAttribute = 100_000;

    private readonly HashSet<LabelSet> _seen = [];
    private readonly ReadingProblems _problems = new();
    private readonly List<double[]> _activity = [];
    private List<SnapshotRow> _rows = [];
    private HashSet<string> _withheld = [];
    private int _capped;
    private int _characters;
    private Outcome? _failed;

    /// <summary>Whether the whole answer was read.</summary>
    public bool Completed { get; private set; }

    /// <summary>Reads all rows of the current result.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="withheld">What our role may not see, so that it is left out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ReadAsync(IAnswer answer, IReadOnlyList<WithheldField> withheld, CancellationToken cancellationToken)
    {
        try
        {
            if (question.Missing is { Count: > 0 } missing)
            {
                _problems.Add(question.File.Requires is { } extension && question.MissingRemedy is { } remedy
                    ? $"the extension {extension.Name} has no column {string.Join(", ", missing)}; {remedy}"
                    : $"this server has no column {string.Join(", ", missing)}");
            }

            _withheld = [.. withheld.Select(field => field.Field)];
            foreach (var field in withheld)
            {
                _problems.Add(field.Reason);
            }

            var columns = AnswerColumns.Of(answer, question, _problems);
            while (await answer.ReadAsync(cancellationToken))
            {
                Take(answer, columns);
            }

            KeepTop(columns);
        }
        catch (Exception exception) when (!CollectionFailure.IsOfTheConnection(exception))
        {
            // What was not read of this answer is discarded with the next one; the others lose nothing.
            _failed = Outcome.Failed($"the answer cannot be read: {exception.Message}");
            _rows = [];
        }

        Completed = true;
    }

    /// <summary>The answer: ok, or partial with everything that could not be taken.</summary>
    /// <param name="duration">How long the server worked on it.</param>
    /// <param name="idle">Why there would be no rows; null when nothing is in the way.</param>
    public MetricAnswer Answer(TimeSpan duration, string? idle = null)
    {
        var outcome = _failed ?? _problems.ToOutcome(_rows.Count);
        return new MetricAnswer(
            question.Database,
            outcome.Status == OutcomeStatus.Ok && _rows.Count == 0 && idle is not null ? Outcome.Skipped(idle) : outcome,
            _rows,
            duration,
            _capped + _problems.RowsLeftOut);
    }

    private void Take(IAnswer values, AnswerColumns columns)
    {
        if (_rows.Count >= (top is null ? AnswerBudget.RowsOfAnswer : AnswerBudget.RowsCompared) || !budget.HasRoom(top is not null))
        {
            _problems.Surplus();
            return;
        }

        if (columns.Problem is { } problem && !values.IsNull(problem.Ordinal))
        {
            // No reading: the statement says what it could not judge.
            if (Text(values, problem) is { } text)
            {
                _problems.Add(text);
            }

            return;
        }

        _characters = 0;
        var labels = Labels(values, columns);
        if (!KeyLabels.Fit(labels))
        {
            _problems.Unstorable();
            return;
        }

        if (!_seen.Add(labels))
        {
            _problems.Twin(labels);
            return;
        }

        _rows.Add(new SnapshotRow(labels, [.. columns.Fields.Select(field => Number(values, field))], Attributes(values, columns)));
        budget.Take(top is not null, _characters);
        if (top is not null)
        {
            _activity.Add([.. columns.Top.Select(column => Number(values, column) ?? 0)]);
        }
    }

    private LabelSet Labels(IAnswer values, AnswerColumns columns)
    {
        var labels = columns.Labels.Select(label => KeyValuePair.Create(label.Name, LabelText.Fit(Text(values, label) ?? string.Empty)));

        // A statement that names its database itself knows better.
        return LabelSet.Of(question.Database is { } database && !columns.Labels.Any(label => label.Name == MetricDefinition.DatabaseLabel)
            ? labels.Append(KeyValuePair.Create(MetricDefinition.DatabaseLabel, database))
            : labels);
    }

    private Dictionary<string, string>? Attributes(IAnswer values, AnswerColumns columns)
    {
        if (columns.Attributes.Count == 0)
        {
            return null;
        }

        var attributes = new Dictionary<string, string>(columns.Attributes.Count, StringComparer.Ordinal);
        foreach (var column in columns.Attributes)
        {
            if (Text(values, column) is not { } text)
            {
                continue;
            }

            if (text.Length > LongestAttribute)
            {
                _problems.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the attribute {column.Name} is longer than {LongestAttribute:N0} characters and was cut; "
                    + $"select left({column.Name}, {LongestAttribute})"));
                text = Excerpt.Of(text, LongestAttribute, mark: string.Empty);
            }

            attributes[column.Name] = text;
        }

        return attributes;
    }

    private string? Text(IAnswer values, AnswerColumn column)
    {
        if (values.IsNull(column.Ordinal))
        {
            return null;
        }

        try
        {
            if (ValueText.Of(column.Type, values.Bytes(column.Ordinal), question.Major) is { } text)
            {
                _characters += text.Length;
                return text;
            }

            _problems.Add($"the column {column.Name} is of a type that is not read; cast it to text");
        }
        catch (Exception exception) when (!CollectionFailure.IsOfTheConnection(exception))
        {
            _problems.Add($"a value of the column {column.Name} cannot be read: {exception.Message}");
        }

        return null;
    }

    private double? Number(IAnswer values, AnswerColumn column)
    {
        if (column.Ordinal < 0 || _withheld.Contains(column.Name) || values.IsNull(column.Ordinal))
        {
            return null;
        }

        try
        {
            if (ValueNumber.Of(column.Type, values.Bytes(column.Ordinal)) is { } number)
            {
                return number;
            }

            _problems.Add($"the column {column.Name} {ValueNumber.Remedy(column.Type, column.Name)}");
        }
        catch (Exception exception) when (!CollectionFailure.IsOfTheConnection(exception))
        {
            _problems.Add($"a value of the column {column.Name} cannot be read: {exception.Message}");
        }

        return null;
    }

    private void KeepTop(AnswerColumns columns)
    {
        if (top is not null && columns.Top.Count > 0)
        {
            var all = _rows.Count;
            _rows = [.. top.Keep(_rows, _activity)];
            _capped = all - _rows.Count;
        }
    }
}
