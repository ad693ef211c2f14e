namespace MetricsCollector.Storage;

/// <summary>Shares the targets among the collectors of one store, so that each is collected by exactly one. Not for use by two callers at
/// once.</summary>
internal interface ITargetLeases : IAsyncDisposable
{
    /// <summary>Looks who is there, and takes what is this collector's share and free.</summary>
    /// <param name="targets">Every target that this collector knows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer, so nobody can tell; what was held may be held by another
    /// soon.</exception>
    Task<LeaseView> ReconcileAsync(IReadOnlyList<string> targets, CancellationToken cancellationToken);

    /// <summary>Lets go of targets that are collected here no more.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task ReleaseAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken);
}
