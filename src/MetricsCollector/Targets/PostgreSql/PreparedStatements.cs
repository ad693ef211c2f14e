using System.Globalization;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>
/// Which statements one connection has prepared. For most questions to statistics views, working out the text and the plan costs a server
/// several times what running it does; a statement that comes again soon is therefore prepared and from then on executed by name. By SQL's
/// own
/// <c>PREPARE</c>, which costs the collector a number for each, where the driver would keep the shape of every answer for every connection.
/// </summary>
/// <param name="time">Tells how long ago a statement was sent.</param>
internal sealed class PreparedStatements(TimeProvider time)
{
    /// <summary>What comes again after this long is not worth the server's memory: some 50 kB for a plan.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    /// <summary>More than a catalog has: texts that change while the collector runs must not fill anybody's memory.</summary>
    private const int Most = 200;

    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private string _prefix = NewPrefix();
    private int _lastNumber;

    /// <summary>Whether the server may still have statements that were forgotten here; <see cref="Forget"/> says why.</summary>
    public bool MustDeallocate { get; private set; }

    /// <summary>How a statement goes out.</summary>
    /// <param name="Prepare">The command that comes before it; null when none is needed.</param>
    /// <param name="Execute">The command that gives the answer.</param>
    /// <param name="Number">The number of the prepared statement; 0 when it goes out as text.</param>
    public readonly record struct CommandText(string? Prepare, string Execute, int Number);

    /// <summary>A new connection, which has prepared nothing.</summary>
    public void Clear()
    {
        _known.Clear();
        _prefix = NewPrefix();
        _lastNumber = 0;
        MustDeallocate = false;
    }

    /// <summary>Before statements go out: starts over where there are too many.</summary>
    public void EvictIfFull()
    {
        if (_known.Count > Most || _lastNumber > Most)
        {
            Forget();
        }
    }

    /// <summary>How a statement goes out now.</summary>
    public CommandText CommandTextOf(string sql)
    {
        if (!_known.TryGetValue(sql, out var known))
        {
            return new CommandText(null, sql, 0);
        }

        if (known.Number > 0)
        {
            return new CommandText(null, $"EXECUTE {Name(known.Number)}", known.Number);
        }

        if (time.GetElapsedTime(known.AnsweredAt) > Soon)
        {
            return new CommandText(null, sql, 0);
        }

        var number = ++_lastNumber;
        return new CommandText($"PREPARE {Name(number)} AS {sql}", $"EXECUTE {Name(number)}", number);
    }

    /// <summary>A statement was answered.</summary>
    public void Answered(string sql, CommandText form) => _known[sql] = new Known(form.Number, time.GetTimestamp());

    /// <summary>
    /// A prepared statement was refused: an extension gave a column another type, somebody deallocated it, or the statement itself fails.
    /// All of them go, for that is the one DEALLOCATE that never fails.
    /// </summary>
    public void Forget()
    {
        _known.Clear();
        _lastNumber = 0;
        MustDeallocate = true;
    }

    /// <summary>The server has forgotten too.</summary>
    public void Deallocated() => MustDeallocate = false;

    private string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{number}");

    // Unlike those of any other connection: a pooler may give the same backend to several.
    private static string NewPrefix() => $"metrics_collector_{Guid.NewGuid():N}_";

    private readonly record struct Known(int Number, long AnsweredAt);
}
