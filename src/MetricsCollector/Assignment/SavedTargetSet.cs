using System.Security.Cryptography;
using System.Text.Json;
using MetricsCollector.Configuration;
using MetricsCollector.Storage;
using MetricsCollector.Targets;

namespace MetricsCollector.Assignment;

/// <summary>The targets that were named over the API: kept in the store, their connection strings encrypted.</summary>
internal sealed class SavedTargetSet(ISavedTargets store, TargetSecrets secrets, SecretRegistry passwords, TargetSettingsReader settings)
{
    private string? _version;

    /// <summary>The targets to watch, as they were last read.</summary>
    public IReadOnlyList<Target> Watched { get; private set; } = [];

    /// <summary>Those that are not watched because somebody turned them off.</summary>
    public IReadOnlyList<Target> Disabled { get; private set; } = [];

    /// <summary>Why some of them cannot be watched; empty when all can.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Reads them again if they changed.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var version = await store.VersionAsync(cancellationToken);
        if (version == _version)
        {
            return;
        }

        var problems = new List<string>();
        var targets = new List<Target>();
        foreach (var saved in await store.ReadAsync(cancellationToken))
        {
            var document = Decrypt(saved, problems);
            var target = document?.ToTarget(
                saved.Name, settings.ApiSource, (setting, message) => problems.Add($"target {saved.Name}: {setting} {message}"));
            if (target is not null)
            {
                targets.Add(target);
            }
        }

        Watched = [.. targets.Where(target => target.Enabled)];
        Disabled = [.. targets.Where(target => !target.Enabled)];
        (Problems, _version) = (problems, version);
    }

    /// <summary>The settings of one, connection string included; null when there is none, or it cannot be decrypted.</summary>
    public async Task<TargetDocument?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await store.ReadAsync(cancellationToken)).FirstOrDefault(saved => saved.Name == name) is { } found ? Decrypt(found, []) : null;

    /// <summary>Keeps one.</summary>
    /// <returns>Whether there was none of its name.</returns>
    public Task<bool> SaveAsync(string name, TargetDocument document, CancellationToken cancellationToken) => store.SaveAsync(
        new SavedTarget(
            name,
            JsonSerializer.Serialize(document with { ConnectionString = null }, TargetDocument.Json),
            secrets.Protect(document.ConnectionString!)),
        cancellationToken);

    /// <summary>Removes one.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) => store.RemoveAsync(name, cancellationToken);

    private TargetDocument? Decrypt(SavedTarget saved, List<string> problems)
    {
        try
        {
            var connectionString = secrets.Unprotect(saved.Secret);
            passwords.Learn(connectionString);
            var document = JsonSerializer.Deserialize<TargetDocument>(saved.Settings, TargetDocument.Json) ?? new TargetDocument();
            return document with { ConnectionString = connectionString };
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException)
        {
            problems.Add(
                $"target {saved.Name} is kept in the store and cannot be decrypted; let all collectors share Storage:KeyDirectory, or PUT "
                    + "it again with its connection string");
            return null;
        }
    }
}
