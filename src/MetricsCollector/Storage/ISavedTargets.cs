namespace MetricsCollector.Storage;

/// <summary>Keeps the targets that were named over the API, for every collector of the store.</summary>
/// <remarks>Every method throws <see cref="StoreUnavailableException"/> while the store cannot answer.</remarks>
internal interface ISavedTargets
{
    /// <summary>What changes whenever a target is saved or removed.</summary>
    Task<string> VersionAsync(CancellationToken cancellationToken);

    /// <summary>All, ordered by name.</summary>
    Task<IReadOnlyList<SavedTarget>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Keeps one in place of the one of its name, if there is any.</summary>
    /// <returns>Whether there was none.</returns>
    Task<bool> SaveAsync(SavedTarget target, CancellationToken cancellationToken);

    /// <summary>Removes one.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> RemoveAsync(string name, CancellationToken cancellationToken);
}
