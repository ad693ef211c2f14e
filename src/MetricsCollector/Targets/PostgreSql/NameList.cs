using System.Text;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>Reads the value of a setting that is a list of names, such as <c>shared_preload_libraries</c>.</summary>
internal static class NameList
{
    /// <summary>The names, without the double quotes that some need.</summary>
    public static IReadOnlyList<string> Parse(string text)
    {
        var names = new List<string>();
        var name = new StringBuilder();
        var quoted = false;
        foreach (var character in text)
        {
            if (character == '"')
            {
                // A doubled quote stands for one; it ends and begins a quoted part.
                if (!quoted && name.Length > 0 && name[^1] != ' ')
                {
                    name.Append(character);
                }

                quoted = !quoted;
            }
            else if (character == ',' && !quoted)
            {
                names.Add(name.ToString().Trim());
                name.Clear();
            }
            else
            {
                name.Append(character);
            }
        }

        names.Add(name.ToString().Trim());
        return [.. names.Where(found => found.Length > 0)];
    }
}
