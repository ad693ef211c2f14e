namespace MetricsCollector.LocalPostgres;

/// <summary>What to say where no PostgreSQL was found: where it was looked for, and what helps.</summary>
internal static class InstallAdvice
{
    public static string Message(int? wanted, int major, IEnumerable<string> looked)
    {
        var name = wanted is null ? "PostgreSQL" : $"PostgreSQL {wanted}";
        IEnumerable<string> lines =
        [
            $"No {name} was found on this machine, and none could be downloaded. Looked at:",
            .. looked.Select(place => $"  - {place}"),
            "Any one of these helps:",
            .. Remedies(major).Select(remedy => $"  - {remedy}"),
        ];
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> Remedies(int major)
    {
        if (OperatingSystem.IsWindows())
        {
            yield return $"winget install PostgreSQL.PostgreSQL.{major}";
            yield return "winget install OpenJS.NodeJS (its npm then downloads PostgreSQL by itself)";
        }
        else if (OperatingSystem.IsMacOS())
        {
            yield return $"brew install postgresql@{major}";
            yield return "brew install node (its npm then downloads PostgreSQL by itself)";
        }
        else
        {
            yield return $"apt install postgresql-{major} (Debian, Ubuntu; from apt.postgresql.org where the distribution has another "
                + "major)";
            yield return $"dnf install postgresql{major}-server (from yum.postgresql.org)";
            yield return "install npm (it then downloads PostgreSQL by itself)";
        }

        yield return $"set {PostgresSearch.BinVariable} to the bin directory of a PostgreSQL {major}";
    }
}
