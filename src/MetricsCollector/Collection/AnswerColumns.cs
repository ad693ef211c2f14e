using MetricsCollector.Catalog;
using Npgsql;

namespace MetricsCollector.Collection;

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
    int? Problem = null)
{
    /// <summary>Finds the columns of a question in its answer; a label that is not there is a problem.</summary>
    public static AnswerColumns Of(NpgsqlDataReader reader, Question question, SortedSet<string> problems)
    {
        var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < reader.FieldCount; i++)
        {
            ordinals.TryAdd(reader.GetName(i), i);
        }

        var file = question.File;
        return file.Columns is { } rule ? Discovered(reader, question, rule) : new AnswerColumns(
            Found(file.Labels.Select(label => label.Name)),
            Found(file.Attributes.Select(attribute => attribute.Name)),
            [.. question.Metric.FieldNames.Select(name => new AnswerColumn(name, ordinals.GetValueOrDefault(name, -1)))],
            Found(file.Top),
            Found(file.Problem is { } problem ? [problem] : []).Select(column => (int?)column.Ordinal).FirstOrDefault());

        List<AnswerColumn> Found(IEnumerable<string> names)
        {
            var found = new List<AnswerColumn>();
            foreach (var name in names)
            {
                if (ordinals.TryGetValue(name, out var ordinal))
                {
                    found.Add(new AnswerColumn(name, ordinal));
                }
                else
                {
                    problems.Add($"the statement gives no column '{name}'; name it with AS {name}");
                }
            }

            return found;
        }
    }

    // Files of other collectors name their columns only in the answer; what is found becomes part of the metric.
    private static AnswerColumns Discovered(NpgsqlDataReader reader, Question question, Func<string, bool, ColumnRole> rule)
    {
        var roles = Enumerable.Range(0, reader.FieldCount)
            .Select(i => (Role: rule(reader.GetName(i), ColumnReader.IsNumber(reader, i)), Ordinal: i))
            .ToList();
        var fields = roles.Where(column => column.Role.Field is not null).DistinctBy(column => column.Role.Field!.Name).ToDictionary(column => column.Role.Field!.Name, column => column.Ordinal, StringComparer.Ordinal);
        var labels = roles.Where(column => column.Role.Label is not null).DistinctBy(column => column.Role.Label).Select(column => new AnswerColumn(column.Role.Label!, column.Ordinal)).ToList();
        question.Metric.Discover(
            roles.Where(column => column.Role.Field is not null).Select(column => column.Role.Field!),
            labels.Select(label => new NamedText(label.Name, label.Name)));
        return new AnswerColumns(labels, [], [.. question.Metric.FieldNames.Select(name => new AnswerColumn(name, fields.GetValueOrDefault(name, -1)))], []);
    }
}
