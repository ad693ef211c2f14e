namespace MetricsCollector.Assignment;

/// <content>What it tells the log.</content>
internal sealed partial class Fleet
{
    private static string Some(IReadOnlyList<string> names) =>
        names.Count == 0 ? "none" : string.Join(", ", names.Take(10)) + (names.Count > 10 ? $" and {names.Count - 10} more" : string.Empty);

    private static string Count(int targets) => targets == 1 ? "1 target" : $"{targets} targets";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Watching {Targets}; new or changed: {Come}; gone: {Gone}")]
        public static partial void Targets(ILogger logger, string targets, string come, string gone);

        [LoggerMessage(2, LogLevel.Information, "The collectors of this store: {Collectors}")]
        public static partial void Collectors(ILogger logger, string collectors);

        [LoggerMessage(3, LogLevel.Warning, "The store does not say who collects what; this collector goes on with what it has: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(4, LogLevel.Warning, "{Targets} handed to another collector before the last collections are stored")]
        public static partial void Unstored(ILogger logger, string targets);
    }
}
