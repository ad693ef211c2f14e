using System.Globalization;
using System.Reflection;
using MetricsCollector.Benchmarks;

// dotnet run -c Release --project tests/MetricsCollector.Benchmarks -- NAME...
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var benchmarks = Assembly.GetExecutingAssembly().GetTypes()
    .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IBenchmark)))
    .Select(type => (IBenchmark)Activator.CreateInstance(type)!)
    .OrderBy(benchmark => benchmark.Name, StringComparer.Ordinal)
    .ToList();
var chosen = args.Length == 0 ? [] : benchmarks.Where(benchmark => args.Contains(benchmark.Name) || args.Contains("all")).ToList();
if (chosen.Count == 0)
{
    Console.WriteLine("Name one or more, or 'all':");
    benchmarks.ForEach(benchmark => Console.WriteLine($"  {benchmark.Name,-14} {benchmark.Summary}"));
    return args.Length == 0 ? 0 : 2;
}

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stopping.Cancel();
};
foreach (var benchmark in chosen)
{
    Console.WriteLine($"## {benchmark.Name}: {benchmark.Summary}");
    Console.WriteLine();
    Console.WriteLine("| what | ours | reference | unit | ratio | goal |");
    Console.WriteLine("|---|---|---|---|---|---|");
    foreach (var row in await benchmark.RunAsync(stopping.Token))
    {
        Console.WriteLine($"| {row.What} | {row.Ours:#,0.###} | {row.Reference:#,0.###} | {row.Unit} | {row.Ratio:0.00} | {row.Goal} |");
    }

    Console.WriteLine();
}

return 0;
