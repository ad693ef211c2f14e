using MetricsCollector.Storage;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Commands.Reports;

/// <summary>What a command that changes nothing found of the store.</summary>
/// <param name="Text">How it does, for people.</param>
/// <param name="IsGood">Whether the service can use it.</param>
/// <param name="HasTargets">Whether it can be asked for the targets that were named over the API.</param>
internal sealed record StoreCheck(string Text, bool IsGood, bool HasTargets)
{
    /// <summary>Looks at the store. One that does not exist yet is as it should be: the service makes it.</summary>
    public static async Task<StoreCheck> RunAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            var store = services.GetRequiredService<IStore>();
            var version = await store.FindAsync(cancellationToken);
            if (version == 0)
            {
                return new StoreCheck($"will be created at {store.Place}", IsGood: true, HasTargets: false);
            }

            if (version < store.ProgramVersion)
            {
                return new StoreCheck(
                    $"ok, {store.Place}; its schema is version {version} and will be upgraded to {store.ProgramVersion} "
                        + "when the service starts",
                    IsGood: true,
                    HasTargets: false);
            }

            await services.GetRequiredService<ISnapshotReader>().ReadCollectionsAsync(null, null, 1, cancellationToken);
            return new StoreCheck($"ok, {store.Place}", IsGood: true, HasTargets: true);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or SchemaTooNewException or OptionsValidationException)
        {
            return new StoreCheck(exception.Message, IsGood: false, HasTargets: false);
        }
    }
}
