using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Collections;

/// <summary>A connection of a collection reached another server than the one before.</summary>
/// <param name="reached">The server that it reached.</param>
/// <param name="expected">The server that the collection reads.</param>
internal sealed class AnotherServerException(ServerFacts reached, ServerFacts expected) : Exception(Describe(reached, expected))
{
    private const string Reached = "the connection reached another server (";

    /// <summary>Whether a reason is that of such an exception.</summary>
    public static bool IsIn(string? reason) => reason?.Contains(Reached, StringComparison.Ordinal) == true;

    /// <summary>A server as people tell it from another.</summary>
    public static string Name(bool inRecovery, DateTimeOffset startedAt) =>
        FormattableString.Invariant($"{(inRecovery ? "standby" : "primary")}, started {startedAt:yyyy-MM-dd HH:mm:ss.ffffff}Z");

    private static string Describe(ServerFacts reached, ServerFacts expected) =>
        $"{Reached}{Name(reached)}) than the collection before it ({Name(expected)}): "
        + "the endpoint leads to several "
        + "servers, or the server was restarted; name one server for each target, or add Target Session Attributes=primary";

    private static string Name(ServerFacts facts) => Name(facts.InRecovery, facts.StartedAt);
}
