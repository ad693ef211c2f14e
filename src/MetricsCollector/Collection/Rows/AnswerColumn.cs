namespace MetricsCollector.Collection.Rows;

/// <summary>A column of an answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ordinal">Where it stands; -1 when the answer lacks it.</param>
/// <param name="Type">The object identifier of its type.</param>
internal readonly record struct AnswerColumn(string Name, int Ordinal, uint Type);
