using MetricsCollector.Configuration;
using MetricsCollector.Storage;
using MetricsCollector.Storage.Settings;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Assignment;

/// <summary>Encrypts the connection strings that are kept in the store, with keys that are not.</summary>
internal sealed class TargetSecrets(IOptions<StorageOptions> options)
{
    // Made when first needed: who names no target over the API needs no keys.
    private readonly Lazy<IDataProtector> _protector = new(() => Create(options.Value.KeyDirectory));

    /// <summary>Encrypts.</summary>
    /// <exception cref="StoreUnavailableException">The keys cannot be written; the message says the remedy.</exception>
    public string Protect(string secret) => Guard(() => _protector.Value.Protect(secret));

    /// <summary>Decrypts.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was encrypted with other keys.</exception>
    /// <exception cref="StoreUnavailableException">The keys cannot be read; the message says the remedy.</exception>
    public string Unprotect(string secret) => Guard(() => _protector.Value.Unprotect(secret));

    private static IDataProtector Create(string path)
    {
        var directory = Path.GetFullPath(path);
        OwnerOnly.CreateDirectory(directory);
        return DataProtectionProvider.Create(new DirectoryInfo(directory), static builder => builder.SetApplicationName("MetricsCollector"))
            .CreateProtector("targets");
    }

    private string Guard(Func<string> run)
    {
        try
        {
            return run();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"The keys in {Path.GetFullPath(options.Value.KeyDirectory)} cannot be used: let this user write there, or name another "
                    + $"directory in Storage:KeyDirectory. ({exception.Message})",
                exception);
        }
    }
}
