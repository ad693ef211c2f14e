using MetricsCollector.Snapshots;

namespace MetricsCollector.Api.Http;

/// <summary>Chooses some fields of rows, in the order they were asked for.</summary>
internal sealed class Projection
{
    private readonly int[] _places;

    /// <summary>Chooses among the fields of a snapshot.</summary>
    public Projection(IReadOnlyList<string> fields, IReadOnlyList<string> chosen)
    {
        var all = fields.ToList();
        _places = [.. chosen.Select(name => all.IndexOf(name))];
    }

    /// <summary>The row with only the chosen fields; null where it does not have one.</summary>
    public SnapshotRow Of(SnapshotRow row) => row with { Readings = ReadingsOf(row) };

    /// <summary>The chosen readings of a row.</summary>
    public double?[] ReadingsOf(SnapshotRow row) =>
        [.. _places.Select(place => place >= 0 && place < row.Readings.Length ? row.Readings[place] : null)];
}
