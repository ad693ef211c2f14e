using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Collection;

/// <summary>Turns the answer to a question into rows of its labels, attributes and fields.</summary>
internal sealed class RowReader
{
    // The store indexes labels, and no name in PostgreSQL is longer than 63; what is longer is a text that should be an attribute.
    private const int LongestLabel = 255;

    private readonly Question _question;
    private readonly TopRows? _top;
    private readonly HashSet<LabelSet> _seen = [];
    private readonly SortedSet<string> _problems = new(StringComparer.Ordinal);
    private readonly List<double[]> _activity = [];
    private List<SnapshotRow> _rows = [];
    private HashSet<string> _withheld = [];
    private int _leftOut;

    /// <summary>Reads one answer.</summary>
    /// <param name="question">The question.</param>
    /// <param name="top">The cap of a metric that has one.</param>
    public RowReader(Question question, TopRows? top)
    {
        _question = question;
        _top = top;
        if (question.Missing is { Count: > 0 } missing)
        {
            _problems.Add(question.File.Requires is { } extension && question.MissingRemedy is { } remedy
                ? $"the extension {extension.Name} has no column {string.Join(", ", missing)}; {remedy}"
                : $"this server has no column {string.Join(", ", missing)}");
        }

    }

    /// <summary>Reads all rows of the current result.</summary>
    /// <param name="reader">Stands at the result.</param>
    /// <param name="withheld">What our role may not see, so that it is left out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ReadAsync(NpgsqlDataReader reader, IReadOnlyList<WithheldField> withheld, CancellationToken cancellationToken)
    {
        _withheld = [.. withheld.Select(field => field.Field)];
        _problems.UnionWith(withheld.Select(field => field.Reason));
        var columns = AnswerColumns.Of(reader, _question, _problems);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (columns.Problem is { } problem && !reader.IsDBNull(problem))
            {
                // No reading: the statement says what it could not judge.
                _problems.Add(reader.GetString(problem));
                continue;
            }

            var labels = LabelSet.Of(columns.Labels.Select(label => KeyValuePair.Create(label.Name, Label(reader, label))));
            if (!_seen.Add(labels))
            {
                _problems.Add($"several rows have the labels {labels}, the first was kept; declare the label that tells them apart");
                continue;
            }

            _rows.Add(new SnapshotRow(labels, [.. columns.Fields.Select(field => Number(reader, field))], Attributes(reader, columns)));
            if (_top is not null)
            {
                _activity.Add([.. columns.Top.Select(column => Number(reader, column) ?? 0)]);
            }
        }

        if (_top is not null && columns.Top.Count > 0)
        {
            var all = _rows.Count;
            _rows = [.. _top.Keep(_rows, _activity)];
            _leftOut = all - _rows.Count;
        }
    }

    /// <summary>The answer: ok, or partial with everything that could not be taken.</summary>
    /// <param name="duration">How long the server worked on it.</param>
    /// <param name="idle">Why there would be no rows; null when nothing is in the way.</param>
    public MetricAnswer Answer(TimeSpan duration, string? idle = null) => new(
        _question.Database,
        _problems.Count > 0 ? Outcome.Partial(string.Join("; ", _problems))
            : _rows.Count == 0 && idle is not null ? Outcome.Skipped(idle) : Outcome.Ok,
        _rows,
        duration,
        _leftOut);

    private Dictionary<string, string>? Attributes(NpgsqlDataReader reader, AnswerColumns columns) =>
        columns.Attributes.Count == 0
            ? null
            : columns.Attributes.Where(attribute => !reader.IsDBNull(attribute.Ordinal))
                .ToDictionary(attribute => attribute.Name, attribute => Text(reader, attribute), StringComparer.Ordinal);

    private string Label(NpgsqlDataReader reader, AnswerColumn column)
    {
        var text = Text(reader, column);
        if (text.Length <= LongestLabel)
        {
            return text;
        }

        _problems.Add($"the label {column.Name} is longer than {LongestLabel} characters and was cut; declare it as an attribute");
        return text[..LongestLabel];
    }

    private string Text(NpgsqlDataReader reader, AnswerColumn column)
    {
        if (!ColumnReader.TryText(reader, column.Ordinal, out var text))
        {
            _problems.Add($"the column {column.Name} is of a type that is not read; cast it to text");
        }

        return text;
    }

    private double? Number(NpgsqlDataReader reader, AnswerColumn column)
    {
        double? number = null;
        if (column.Ordinal >= 0 && !_withheld.Contains(column.Name) && !ColumnReader.TryNumber(reader, column.Ordinal, out number))
        {
            _problems.Add($"the column {column.Name} is no number; cast it to float8");
        }

        return number;
    }
}
