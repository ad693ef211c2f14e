using System.Security.Cryptography;

namespace MetricsCollector.Security;

/// <summary>The keys that are valid now. Files are looked at again when a key is asked for, at most once a second: a key that left its file
/// is revoked.</summary>
internal sealed partial class KeyRing(Callers callers, TimeProvider time, ILogger<KeyRing> logger)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, KeyFile> _files = new(StringComparer.Ordinal);
    private IReadOnlyList<KeyOptions> _callers = [];
    private long _readAt;

    /// <summary>Finds the caller of a key.</summary>
    /// <returns>The caller, or null: no such key.</returns>
    public KeyOptions? Find(string presented)
    {
        var hash = KeyFile.HashOf(presented);
        KeyOptions? found = null;
        lock (_lock)
        {
            Refresh();
            foreach (var caller in _callers)
            {
                // All are compared, however soon one fits: the time taken says nothing of any of them.
                foreach (var known in _files[caller.Name].Hashes)
                {
                    found = CryptographicOperations.FixedTimeEquals(known, hash) ? caller : found;
                }
            }
        }

        return found;
    }

    private void Refresh()
    {
        var now = callers.Keys;
        if (ReferenceEquals(now, _callers) && time.GetElapsedTime(_readAt) < Freshness)
        {
            return;
        }

        _callers = now;
        foreach (var caller in _callers)
        {
            var file = KeyFile.Read(caller.File);
            if (_files.TryGetValue(caller.Name, out var before))
            {
                Report(caller, before, file);
            }

            _files[caller.Name] = file;
        }

        _readAt = time.GetTimestamp();
    }

    private void Report(KeyOptions caller, KeyFile before, KeyFile now)
    {
        if (now.Error is not null && now.Error != before.Error)
        {
            Log.Lost(logger, caller.Name, caller.File, now.Error);
        }
        else if (now.Error is null && !now.Hashes.SequenceEqual(before.Hashes, HashComparer.Instance))
        {
            Log.Changed(logger, caller.Name, now.Hashes.Count);
        }
    }

    private sealed class HashComparer : IEqualityComparer<byte[]>
    {
        public static readonly HashComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj[0];
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The keys of {Caller} changed: {Count} valid now")]
        public static partial void Changed(ILogger logger, string caller, int count);

        [LoggerMessage(2, LogLevel.Error, "No key of {Caller} is valid any more: {File} {Reason}")]
        public static partial void Lost(ILogger logger, string caller, string file, string reason);
    }
}
