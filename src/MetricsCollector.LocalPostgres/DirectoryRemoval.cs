namespace MetricsCollector.LocalPostgres;

/// <summary>Deletes a directory that another process may be deleting or just letting go of.</summary>
internal static class DirectoryRemoval
{
    private const int Attempts = 20;

    /// <summary>Deletes the directory and all in it; an empty path or a missing directory is nothing to do.</summary>
    /// <exception cref="IOException">It was still in use after two seconds.</exception>
    public static void Remove(string directory)
    {
        for (var attempt = 1; directory.Length > 0 && Directory.Exists(directory); attempt++)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
            }
            catch (Exception error) when (attempt < Attempts && error is IOException or UnauthorizedAccessException)
            {
                // A server that is ending still writes, and Windows frees a file only after its process has ended.
                Thread.Sleep(100);
            }
        }
    }
}
