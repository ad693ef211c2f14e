namespace MetricsCollector.Catalog.Files.Sql;

/// <summary>What a part of a statement is.</summary>
internal enum SqlPartKind
{
    /// <summary>One character that is none of the others.</summary>
    Other,

    /// <summary>White space.</summary>
    Space,

    /// <summary>A keyword or a name without quotes.</summary>
    Word,

    /// <summary>A string or a name between quotes.</summary>
    Quoted,

    /// <summary>A comment.</summary>
    Comment,

    /// <summary>A string, a quoted name or a comment that the text does not end.</summary>
    Unterminated,
}
