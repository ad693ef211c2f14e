namespace MetricsCollector.Postgres;

/// <summary>libpq's connection service file: sections with <c>keyword=value</c> lines.</summary>
internal static class ServiceFile
{
    /// <summary>Reads one service.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="source">Whose variables say where the file is.</param>
    /// <exception cref="ConnectionStringException">No file has it, or one of its lines is wrong.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string service, ConnectionSource source)
    {
        foreach (var path in Paths(source))
        {
            if (Lines(path) is { } lines && Section(lines, service) is { } found)
            {
                return found;
            }
        }

        throw new ConnectionStringException(
            "names a service that no service file has; add it to the file that PGSERVICEFILE names, or to ~/.pg_service.conf");
    }

    private static IEnumerable<string> Paths(ConnectionSource source)
    {
        if (source.Variable("PGSERVICEFILE") is { Length: > 0 } named)
        {
            yield return named;
        }
        else if (source.Variable("HOME") is { Length: > 0 } home)
        {
            yield return Path.Combine(home, ".pg_service.conf");
        }

        if (source.Variable("PGSYSCONFDIR") is { Length: > 0 } directory)
        {
            yield return Path.Combine(directory, "pg_service.conf");
        }
    }

    private static string[]? Lines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConnectionStringException($"names a service, and the service file cannot be read by this user ({path})");
        }
    }

    private static List<KeyValuePair<string, string>>? Section(string[] lines, string service)
    {
        List<KeyValuePair<string, string>>? found = null;
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#')))
        {
            if (line.StartsWith('['))
            {
                if (found is not null)
                {
                    return found;
                }

                found = line == $"[{service}]" ? [] : null;
            }
            else if (found is not null)
            {
                found.Add(line.Split('=', 2) is [var keyword, var value] && keyword != "service" && LibpqKeywords.Has(keyword)
                    ? new(keyword, value)
                    : throw new ConnectionStringException("names a service that has a line in its file which libpq would not read"));
            }
        }

        return found;
    }
}
