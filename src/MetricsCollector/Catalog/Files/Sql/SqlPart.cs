namespace MetricsCollector.Catalog.Files.Sql;

/// <summary>A part of a statement as PostgreSQL's lexer sees it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where the next one begins.</param>
internal readonly record struct SqlPart(SqlPartKind Kind, int Start, int End);
