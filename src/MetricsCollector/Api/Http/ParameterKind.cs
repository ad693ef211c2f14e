namespace MetricsCollector.Api.Http;

/// <summary>What the text of a parameter has to be.</summary>
internal enum ParameterKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>An instant: RFC 3339, Unix seconds or relative to now.</summary>
    Time,

    /// <summary>A length of time.</summary>
    Duration,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>A label and its value: <c>name:value</c> or <c>name=value</c>.</summary>
    Label,
}
