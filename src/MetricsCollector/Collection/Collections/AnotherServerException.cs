using MetricsCollector.Targets.PostgreSql;

namespace MetricsCollector.Collection.Collections;

/// <summary>A connection of a collection reached another server than the one before.</summary>
/// <param name="reached">The server that it reached.</param>
/// <param name="expected">The server that the collection reads.</param>
internal sealed class AnotherServerException(ServerFacts reached, ServerFacts expected) : Exception(Describe(reached, expected))
{
    private static string Describe(ServerFacts reached, ServerFacts expected) =>
        $"the connection reached another server ({Name(reached)}) than the collection before it ({Name(expected)}): "
        + "the endpoint leads to several "
        + "servers, or the server was restarted; name one server for each target, or add Target Session Attributes=primary";

    private static string Name(ServerFacts facts) =>
        FormattableString.Invariant($"{(facts.InRecovery ? "standby" : "primary")}, started {facts.StartedAt:yyyy-MM-dd HH:mm:ss.ffffff}Z");
}
