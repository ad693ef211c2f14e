using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MetricsCollector.Storage.Postgres.Assignment;

/// <summary>
/// Says which collector is to have which target: each the target's favourite among those that are not full, so that shares differ by
/// one at most, and little moves when a collector comes or goes. Everybody who asks with the same names gets the same answer.
/// </summary>
internal static class LeaseShares
{
    /// <summary>The collector of each target.</summary>
    public static Dictionary<string, string> Of(IEnumerable<string> targets, IReadOnlyCollection<string> collectors)
    {
        var names = targets.Order(StringComparer.Ordinal).ToList();
        var shares = new Dictionary<string, string>(StringComparer.Ordinal);
        if (collectors.Count == 0)
        {
            return shares;
        }

        // The first (names % collectors) to fill up may have one more than the others.
        var least = names.Count / collectors.Count;
        var oneMore = names.Count % collectors.Count;
        var counts = collectors.ToDictionary(collector => collector, _ => 0, StringComparer.Ordinal);
        foreach (var target in names)
        {
            var best = counts.Where(count => count.Value < least || (count.Value == least && oneMore > 0))
                .MaxBy(count => Favour(target, count.Key)).Key;
            if (counts[best]++ == least)
            {
                oneMore--;
            }

            shares[target] = best;
        }

        return shares;
    }

    /// <summary>A number of a text that is the same in every process.</summary>
    public static long Hash(string text) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static long Favour(string target, string collector) => Hash($"{target}\n{collector}");
}
