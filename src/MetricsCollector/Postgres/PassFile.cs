using System.Globalization;
using System.Text;

namespace MetricsCollector.Postgres;

/// <summary>libpq's passfile: lines <c>host:port:database:user:password</c>, of which the first that matches counts.</summary>
internal static class PassFile
{
    /// <summary>The password of a server, or null.</summary>
    /// <param name="path">The file.</param>
    /// <param name="host">The server.</param>
    /// <param name="database">The database.</param>
    /// <param name="user">The role.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public static string? Find(string path, ServerHost host, string database, string user)
    {
        // A socket of this machine is also called localhost.
        string[][] wanted =
        [
            host.IsSocket ? [host.Name, "localhost"] : [host.Name],
            [host.Port.ToString(CultureInfo.InvariantCulture)],
            [database],
            [user],
        ];
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'))
        {
            // What is no such line is ignored, as by libpq.
            if (Fields(line) is { Count: 5 } fields
                && Enumerable.Range(0, 4).All(i => fields[i] == "*" || wanted[i].Contains(fields[i], StringComparer.Ordinal)))
            {
                return fields[4];
            }
        }

        return null;
    }

    // A backslash takes a colon, or another one, as it is; the password is the rest of the line.
    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                field.Append(line[++i]);
            }
            else if (line[i] == ':' && fields.Count < 4)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        return [.. fields, field.ToString()];
    }
}
