using System.Globalization;
using MetricsCollector.LocalPostgres;

namespace MetricsCollector.Tests;

/// <summary>The major versions of PostgreSQL to test with: METRICS_COLLECTOR_TEST_MAJORS, such as <c>17,14</c>; the first is the
/// default.</summary>
internal static class TestMajors
{
    /// <summary>Those that the environment names; may be none.</summary>
    public static IReadOnlyList<int> Given { get; } =
    [
        .. (Environment.GetEnvironmentVariable("METRICS_COLLECTOR_TEST_MAJORS") ?? string.Empty)
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(major => int.Parse(major, CultureInfo.InvariantCulture)),
    ];

    private static readonly Lazy<IReadOnlyList<int>> Chosen = new(() => Given.Count > 0 ? Given : [AtHand()]);

    /// <summary>Those that the environment names, else the current one.</summary>
    public static IReadOnlyList<int> All => Chosen.Value;

    private static int AtHand()
    {
        try
        {
            // Discovery of tests asks for it, and waits.
            return PostgresBinaries.FindAsync().GetAwaiter().GetResult().Major;
        }
        catch (PostgresNotFoundException)
        {
            // The tests themselves say what is missing.
            return PostgresMajors.Newest;
        }
    }
}
