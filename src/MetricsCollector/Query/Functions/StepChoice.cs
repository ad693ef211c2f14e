using System.Globalization;
using MetricsCollector.Snapshots;

namespace MetricsCollector.Query.Functions;

/// <summary>Chooses the step of a range, and refuses steps that would give too many points.</summary>
public static class StepChoice
{
    /// <summary>The most points that one series may have, as in Prometheus.</summary>
    public const int MaxPoints = 11_000;

    // About as many points as a chart has room to show.
    private const int AimedPoints = 300;

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private static readonly TimeSpan[] RoundSteps =
    [
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(seconds => TimeSpan.FromSeconds(seconds)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(minutes => TimeSpan.FromMinutes(minutes)),
        .. new[] { 1, 2, 3, 6, 12 }.Select(hours => TimeSpan.FromHours(hours)),
        TimeSpan.FromDays(1),
        Week,
    ];

    /// <summary>
    /// A round step that gives about 300 points and is never shorter than the interval: 1, 2, 5, 10, 15 or 30 seconds or minutes,
    /// 1, 2, 3, 6 or 12 hours, a day, or whole weeks.
    /// </summary>
    /// <param name="from">Start of the range.</param>
    /// <param name="to">End of the range, not before its start.</param>
    /// <param name="interval">How often the metric is collected.</param>
    public static TimeSpan Automatic(DateTimeOffset from, DateTimeOffset to, TimeSpan interval)
    {
        var wanted = (to - from) / AimedPoints;
        return RoundUp(wanted > interval ? wanted : interval);
    }

    /// <summary>Why a step cannot be used for a range, and which can; null when it can.</summary>
    /// <param name="from">Start of the range.</param>
    /// <param name="to">End of the range, not before its start.</param>
    /// <param name="step">The step; greater than zero.</param>
    public static string? Problem(DateTimeOffset from, DateTimeOffset to, TimeSpan step)
    {
        var points = new StepGrid(from, to, step).Count;
        return points <= MaxPoints
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{new Duration(step)} gives {points} points for every series, and {MaxPoints} are the most; "
                + $"write {new Duration(Shortest(from, to))} or longer");
    }

    /// <summary>The shortest round step that does not give too many points.</summary>
    /// <param name="from">Start of the range.</param>
    /// <param name="to">End of the range, not before its start.</param>
    public static TimeSpan Shortest(DateTimeOffset from, DateTimeOffset to) =>
        // A range that starts and ends inside a step touches two steps more than fit into it.
        RoundUp((to - from) / (MaxPoints - 2));

    private static TimeSpan RoundUp(TimeSpan wanted)
    {
        foreach (var step in RoundSteps)
        {
            if (step >= wanted)
            {
                return step;
            }
        }

        return Week * Math.Ceiling(wanted / Week);
    }
}
