using System.Runtime.CompilerServices;
using MetricsCollector.Query.Functions;
using MetricsCollector.Query.Resets;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Query;

/// <summary>What grows on a server until it is full: predictions of the fields that matter, each from its own history.</summary>
/// <param name="target">The server.</param>
/// <param name="from">First instant of the history.</param>
/// <param name="to">Last instant.</param>
/// <param name="horizon">How far behind it to look.</param>
internal sealed class TargetForecast(string target, DateTimeOffset from, DateTimeOffset to, TimeSpan horizon)
{
    /// <summary>A history has to be at least this part of the horizon.</summary>
    public const int LeastPart = 14;

    /// <summary>What is predicted. The limits of the shares are those at which PostgreSQL takes no more.</summary>
    public static IReadOnlyList<ForecastSubject> Subjects { get; } =
    [
        new("databaseSize", "database_size", "size", "bytes", null, false),
        new("walDirectory", "wal_files", "size", "bytes", null, false),
        new("transactionIds", "database_age", "xid_wraparound_share", "ratio", 1, true),
        new("multixactIds", "database_age", "mxid_wraparound_share", "ratio", 1, true),
        new("sequence", "sequences", "used", "ratio", 1, true),
    ];

    /// <summary>Predicts, one series after the other; what was not collected has none.</summary>
    public async IAsyncEnumerable<(ForecastSubject Subject, SeriesResult Series)> AnswerAsync(
        ISnapshotReader reader, ServerHistory history, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var subject in Subjects)
        {
            var field = new Field(subject.Field, FieldKind.Gauge, subject.Unit, string.Empty);
            var range = new RangeRequest(from, to, TimeSpan.FromDays(366 * 9000), RangeFunction.Predict, FieldKind.Gauge, TimeSpan.Zero)
            {
                Horizon = horizon,
                Limit = subject.Limit,
                SinceLastFall = subject.IsSetBack,
            };
            var query = new RangeQuery(
                new SeriesFilter(target, subject.Metric), LabelGlobs.None, [new FieldRange(field, range)], null, []);
            await foreach (var series in query.AnswerAsync(reader, history, cancellationToken))
            {
                yield return (subject, series);
            }
        }
    }

    /// <summary>Why nothing is predicted from a line; null when it is long enough.</summary>
    public string? Problem(Forecast? line)
    {
        var least = horizon / LeastPart;
        var has = line is null ? TimeSpan.Zero : line.To - line.From;
        return has >= least
            ? null
            : $"not enough history: there is {Rounded(has)} of it since it was last set back or first collected, and a prediction for "
                + $"{new Duration(horizon)} needs {Rounded(least)}";
    }

    private static Duration Rounded(TimeSpan time) => new(TimeSpan.FromSeconds(Math.Round(time.TotalSeconds)));
}
