using System.CommandLine;
using System.IO.Pipelines;
using System.Text.Json;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Formats.Rows;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.Top;
using MetricsCollector.Commands.Reports;
using MetricsCollector.Query.Resets;
using MetricsCollector.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace MetricsCollector.Commands;

/// <summary><c>top</c>: which statements, tables or databases did most in a range, read from the store.</summary>
internal static class TopCommand
{
    // The defaults of the API are for programs; of statements, these are what people look at first.
    private const string UsualMetric = "statements", UsualFields = "total_exec_time,calls,rows";

    public static Command Create(Func<HostSettings, WebApplication> build)
    {
        var metric = new Option<string>("--metric")
        {
            Description = "Name of a metric of the catalog.",
            DefaultValueFactory = static _ => UsualMetric,
        };
        var format = new Option<string>("--format") { Description = "table, json or csv.", DefaultValueFactory = static _ => "table" };
        format.AcceptOnlyFromAmong("table", "json", "csv");
        Option<string>[] asked =
        [
            metric,
            new("--target") { Description = "Name of a target. All when left out." },
            new("--label") { Description = "A label and its value, such as datname:app; the value may be a glob." },
            new("--by") { Description = "Labels, or target, with commas: one row for the series that agree on them." },
            new("--fields") { Description = "Names of fields, with commas." },
            new("--order") { Description = "What ranks: a field, or such as total_exec_time:perCall, calls:rate, numbackends:last." },
            new("--from") { Description = "Start of the range.", DefaultValueFactory = static _ => "-15m" },
            new("--to") { Description = "End of the range.", DefaultValueFactory = static _ => "now" },
            new("--limit") { Description = "How many rows.", DefaultValueFactory = static _ => "10" },
            new("--compare") { Description = "How far to shift the range for what each row did before, such as -7d." },
        ];
        var command = new Command("top", "Show which statements, tables or databases did most, and all others together.") { format };
        Array.ForEach(asked, command.Options.Add);
        SettingArguments.AddTo(command);
        command.SetAction((result, cancellationToken) => StartupErrors.GuardAsync(async () =>
        {
            await using var app = build(SettingArguments.ToHost(result) with { Quiet = true });
            var query = asked.Select(option => (Name: option.Name.TrimStart('-'), Value: result.GetValue(option)))
                .Where(option => option.Value is not null)
                .ToDictionary(option => option.Name, option => new StringValues(option.Value), StringComparer.Ordinal);
            if (result.GetValue(metric) == UsualMetric)
            {
                query.TryAdd("fields", UsualFields);
            }

            await PrintAsync(app.Services, new QueryCollection(query), result.GetValue(format)!, cancellationToken);
            return true;
        }));
        return command;
    }

    private static async Task PrintAsync(
        IServiceProvider services, QueryCollection query, string format, CancellationToken cancellationToken)
    {
        if (await StoreCheck.RunAsync(services, cancellationToken) is { HasTargets: false } store)
        {
            throw new InvalidDataException($"The store has nothing to read. {store.Text}");
        }

        var (reader, history) = (services.GetRequiredService<ISnapshotReader>(), services.GetRequiredService<ServerHistory>());
        var parameters = new Parameters(query, TopParameters.Declared);
        var known = await services.GetRequiredService<CatalogIndex>().WithHistoryAsync(query, reader, cancellationToken);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var question = TopParameters.Read(parameters, known, now, _ => now);
        if (question is null || parameters.Problem() is not null)
        {
            throw new InvalidDataException(Text(parameters.Problem()));
        }

        var answer = TopResponse.Of(question, await question.AnswerAsync(reader, history, cancellationToken));
        var labels = TopEndpoints.LabelsOf(question, known);
        var json = services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        if (format == "json")
        {
            Console.WriteLine(JsonSerializer.Serialize(answer, json));
        }
        else if (RowFormats.All.FirstOrDefault(one => one.Name == format) is { } rows)
        {
            var output = PipeWriter.Create(Console.OpenStandardOutput());
            await rows.WriteAsync(TopRows.Of(answer, labels), new RowOutput(output, json), cancellationToken);
            await output.CompleteAsync();
        }
        else
        {
            Console.Write(TopTable.Of(answer, labels, question.By, Width()));
        }
    }

    private static int Width()
    {
        try
        {
            return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? TopTable.UsualWidth : Console.WindowWidth;
        }
        catch (IOException)
        {
            return TopTable.UsualWidth;
        }
    }

    private static string Text(ProblemHttpResult? problem) =>
        problem?.ProblemDetails is HttpValidationProblemDetails { Errors: var errors }
            ? string.Join(
                Environment.NewLine, errors.SelectMany(error => error.Value, (error, message) => $"--{error.Key}: {message}."))
            : "The question cannot be answered.";
}
