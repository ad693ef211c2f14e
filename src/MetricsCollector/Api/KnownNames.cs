namespace MetricsCollector.Api;

/// <summary>Tells endpoints which targets and metrics there are, so that a misspelt name is an error and not an empty answer.</summary>
/// <param name="current">Gives the names of this moment.</param>
internal sealed class KnownNames(Func<Names> current)
{
    /// <summary>The names of this moment.</summary>
    public Names Current() => current();
}
