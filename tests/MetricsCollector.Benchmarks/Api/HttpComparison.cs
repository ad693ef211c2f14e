namespace MetricsCollector.Benchmarks.Api;

/// <summary>Asks the service and the bare web server for the same bytes, taking turns, so that what else the machine does hits
/// both.</summary>
internal sealed class HttpComparison(BenchmarkApi api, string path)
{
    private const int Connections = 16;
    private const int Rounds = 5;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    /// <summary>Measures requests per second and what each allocates.</summary>
    public async Task<IReadOnlyList<Measurement>> RunAsync(string what, string goal, CancellationToken cancellationToken)
    {
        await api.AnswerAsync(path, cancellationToken);
        var ours = new HttpLoad(api.Service, path, Connections);
        var bare = new HttpLoad(api.Bare, "/", Connections);
        await ours.RunAsync(WarmUp, cancellationToken);
        await bare.RunAsync(WarmUp, cancellationToken);
        var (rates, allocated) = (new List<(double Ours, double Bare)>(), new List<(double Ours, double Bare)>());
        for (var round = 0; round < Rounds; round++)
        {
            var one = await ours.RunAsync(Round, cancellationToken);
            var other = await bare.RunAsync(Round, cancellationToken);
            rates.Add((one.PerSecond, other.PerSecond));
            allocated.Add((one.Allocated, other.Allocated));
        }

        // The round in the middle of all by its ratio.
        var rate = rates.OrderBy(round => round.Ours / round.Bare).ElementAt(Rounds / 2);
        return
        [
            new Measurement(what, rate.Ours, rate.Bare, "requests/s", goal),
            new Measurement(
                $"{what}: allocated, generator included", allocated.Average(round => round.Ours), allocated.Average(round => round.Bare),
                "bytes/request", "shown"),
        ];
    }
}
