namespace MetricsCollector.Commands;

/// <summary>What a command gives the host it runs.</summary>
/// <param name="Arguments">Settings of the command line, such as <c>--Collection:Interval=10s</c>.</param>
internal sealed record HostSettings(string[] Arguments)
{
    /// <summary>Settings that the command itself makes; they win over all others.</summary>
    public IReadOnlyDictionary<string, string?> Overrides { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether nothing is logged: the command prints its own answer.</summary>
    public bool Quiet { get; init; }

    /// <summary>Services that the command adds.</summary>
    public Action<IServiceCollection> Services { get; init; } = static _ => { };
}
