namespace MetricsCollector.Api.Formats;

/// <summary>How an answer is written.</summary>
internal enum AnswerFormat
{
    /// <summary>One JSON document.</summary>
    Json,

    /// <summary>Comma-separated values after RFC 4180, one line for each row or point.</summary>
    Csv,

    /// <summary>One JSON object in each line: the items of the JSON answer.</summary>
    Ndjson,
}
