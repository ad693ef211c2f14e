using Npgsql;

namespace MetricsCollector.Collection;

/// <summary>Which columns of an answer are labels, attributes, fields, and measures of activity.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="Attributes">The attributes.</param>
/// <param name="Fields">The fields of the metric in its order; those that the answer lacks have no ordinal.</param>
/// <param name="Top">The measures of activity.</param>
internal sealed record AnswerColumns(
    IReadOnlyList<AnswerColumn> Labels, IReadOnlyList<AnswerColumn> Attributes, IReadOnlyList<AnswerColumn> Fields, IReadOnlyList<AnswerColumn> Top)
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
        return new AnswerColumns(
            Found(file.Labels.Select(label => label.Name)),
            Found(file.Attributes.Select(attribute => attribute.Name)),
            [.. question.Metric.FieldNames.Select(name => new AnswerColumn(name, ordinals.GetValueOrDefault(name, -1)))],
            Found(file.Top));

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
}
