using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Snapshots;
using MetricsCollector.Storage;

namespace MetricsCollector.Api.Snapshots;

/// <summary>The parameters of stored snapshots, and how they become a <see cref="SnapshotRangeInput"/>.</summary>
internal static class SnapshotRangeParameters
{
    private static readonly DeclaredParameter Order =
        DeclaredParameter.ChoiceOf<SortOrder>("order", "Oldest first (`asc`) or newest first (`desc`).") with { Default = "asc" };

    private static readonly DeclaredParameter After = new(
        "after",
        ParameterKind.Text,
        "Follow what comes: the snapshots behind this instant (`now`, `-5m`, RFC 3339) or behind the `nextCursor` of the answer before. "
        + "`nextCursor` is then never null; ask again with it. Goes without `from`, `to`, `order` and `cursor`.");

    private static readonly DeclaredParameter Limit = CommonParameters.Limit with
    {
        Description = "How many snapshots a page has at most. Formats other than `json` give the whole range when it is left out.",
    };

    /// <summary>All of them.</summary>
    public static DeclaredParameter[] Declared { get; } =
    [
        CommonParameters.Target,
        CommonParameters.Metric,
        CommonParameters.From,
        CommonParameters.To,
        CommonParameters.Label,
        CommonParameters.Fields,
        Order,
        Limit,
        CommonParameters.Cursor,
        After,
        RowFormats.Parameter,
    ];

    /// <summary>Reads them; what is wrong with them the parameters know afterwards.</summary>
    public static SnapshotRangeInput Read(Parameters parameters, CatalogNames names, DateTimeOffset now)
    {
        var metric = parameters.Metric(names);
        var filter = new SeriesFilter(parameters.Target(names), metric?.Name, parameters.Labels(metric));
        var fields = parameters.Projection(metric);
        var (from, to) = parameters.Range(now);
        var descending = parameters.Choice<SortOrder>(Order) == SortOrder.Desc;
        var limit = parameters.Int(Limit);
        var position = parameters.Cursor(Cursor.ToSnapshot);
        var tail = parameters.IsGiven(After);
        if (tail)
        {
            DeclaredParameter[] excluded = [CommonParameters.From, CommonParameters.To, Order, CommonParameters.Cursor];
            foreach (var other in excluded.Where(parameters.IsGiven))
            {
                parameters.Refuse(other, "cannot go with after; leave one of them out");
            }

            position = TailFrom(parameters, now);
            (from, to) = (position?.CollectedAt ?? now, now);
        }

        return new SnapshotRangeInput(new SnapshotRange(filter, from, to, descending, limit, position), parameters.Globs(), fields, tail)
        {
            Unbounded = !parameters.IsGiven(Limit),
        };
    }

    private static SnapshotPosition? TailFrom(Parameters parameters, DateTimeOffset now)
    {
        var text = parameters.Text(After)!;
        if (Cursor.ToSnapshot(text) is { } position)
        {
            return position;
        }

        // Snapshots carry milliseconds: this lies behind all that were read at the instant, and before all later ones.
        return parameters.Time(After, now) is { } time ? new SnapshotPosition(time.AddMicroseconds(1), string.Empty, string.Empty) : null;
    }
}
