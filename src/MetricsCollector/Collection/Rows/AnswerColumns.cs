using MetricsCollector.Catalog.Definitions;
using MetricsCollector.Collection.Rows.Values;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Rows;

/// <summary>Which columns of an answer are labels, attributes, fields, and measures of activity.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="Attributes">The attributes.</param>
/// <param name="Fields">The fields of the metric in its order; those that the answer lacks have no ordinal.</param>
/// <param name="Top">The measures of activity.</param>
/// <param name="Problem">Where the text of rows stands that are no readings; null when there is none.</param>
internal sealed record AnswerColumns(
    IReadOnlyList<AnswerColumn> Labels,
    IReadOnlyList<AnswerColumn> Attributes,
    IReadOnlyList<AnswerColumn> Fields,
    IReadOnlyList<AnswerColumn> Top,
    AnswerColumn? Problem = null)
{
    /// <summary>Finds the columns of a question in its answer; a column that is not there is a problem.</summary>
    public static AnswerColumns Of(IAnswer answer, MetricQuery question, ReadingProblems problems)
    {
        var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < answer.ColumnCount; i++)
        {
            ordinals.TryAdd(answer.NameOf(i), i);
        }

        var file = question.File;
        if (file.Columns is { } rule)
        {
            return Discovered(answer, question, rule);
        }

        // The metric has the fields of all its files, and a file has lines for some versions only.
        Found(file.Fields.Select(field => field.Name).Where(IsExpected));
        return new AnswerColumns(
            Found(file.Labels.Select(label => label.Name)),
            Found(file.Attributes.Select(attribute => attribute.Name)),
            FieldsOf(answer, question, ordinals),
            Found(file.Top),
            Found(file.Problem is { } problem ? [problem] : []).Select(column => (AnswerColumn?)column).FirstOrDefault());

        bool IsExpected(string name) =>
            Mentions(question.Sql, name) || !file.Sql.Any(line => Mentions(line.Text, name));

        List<AnswerColumn> Found(IEnumerable<string> names)
        {
            var found = new List<AnswerColumn>();
            foreach (var name in names)
            {
                if (ordinals.TryGetValue(name, out var ordinal))
                {
                    found.Add(Column(answer, name, ordinal));
                }
                else
                {
                    problems.Add($"the statement gives no column '{name}'; name it with AS {name}");
                }
            }

            return found;
        }
    }

    // As a word: one field's name may end another's, as reserved_connections does that of superuser_reserved_connections.
    private static bool Mentions(string sql, string name)
    {
        for (var at = sql.IndexOf(name, StringComparison.Ordinal); at >= 0; at = sql.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            if ((at == 0 || !IsOfName(sql[at - 1])) && (at + name.Length == sql.Length || !IsOfName(sql[at + name.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    // Files of other collectors name their columns only in the answer; what is found becomes part of the metric.
    private static AnswerColumns Discovered(IAnswer answer, MetricQuery question, Func<string, bool, ColumnRole> rule)
    {
        var roles = Enumerable.Range(0, answer.ColumnCount)
            .Select(i => (Role: rule(answer.NameOf(i), ValueNumber.IsNumber(answer.TypeOf(i))), Ordinal: i))
            .ToList();
        var fields = roles
            .Where(column => column.Role.Field is not null)
            .DistinctBy(column => column.Role.Field!.Name)
            .ToDictionary(column => column.Role.Field!.Name, column => column.Ordinal, StringComparer.Ordinal);
        var labels = roles.Where(column => column.Role.Label is not null)
            .DistinctBy(column => column.Role.Label)
            .Select(column => Column(answer, column.Role.Label!, column.Ordinal))
            .ToList();
        question.Metric.Discover(
            roles.Where(column => column.Role.Field is not null).Select(column => column.Role.Field!),
            labels.Select(label => new ColumnDescription(label.Name, label.Name)));
        return new AnswerColumns(labels, [], FieldsOf(answer, question, fields), []);
    }

    private static AnswerColumn[] FieldsOf(IAnswer answer, MetricQuery question, Dictionary<string, int> ordinals) =>
        [.. question.Metric.FieldNames
            .Select(name => ordinals.TryGetValue(name, out var ordinal) ? Column(answer, name, ordinal) : new AnswerColumn(name, -1, 0))];

    private static AnswerColumn Column(IAnswer answer, string name, int ordinal) =>
        new(name, ordinal, answer.TypeOf(ordinal));
}
