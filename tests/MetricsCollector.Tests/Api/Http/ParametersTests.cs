using MetricsCollector.Api.Http;
using MetricsCollector.Query.Functions;
using MetricsCollector.Snapshots;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace MetricsCollector.Tests.Api.Http;

[Trait("PostgreSQL", "any")]
public sealed class ParametersTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly DeclaredParameter Step = new("step", ParameterKind.Duration, "Length of a step.");

    private static readonly DeclaredParameter Function = DeclaredParameter.ChoiceOf<RangeFunction>("fn", "What to compute.");

    private static readonly DeclaredParameter GroupBy = new("groupBy", ParameterKind.Text, "Labels.") { Repeatable = true };

    private static readonly MetricFacts Database = new("database", [], ["datname"], Duration.FromSeconds(60));

    private static readonly CatalogNames CatalogNames = new(
        ["orders", "billing"],
        new Dictionary<string, MetricFacts>
        {
            ["database"] = Database,
            ["checkpointer"] = new("checkpointer", [], [], Duration.FromSeconds(60)),
        });

    [Fact]
    public void What_is_absent_has_its_default()
    {
        var parameters = Read(string.Empty);

        Assert.Equal((Now.AddHours(-1), Now), parameters.Range(Now));
        Assert.Equal(100, parameters.Int(CommonParameters.Limit));
        Assert.Equal(new SeriesFilter(), parameters.Filter(CatalogNames) with { Labels = null });
        Assert.Null(parameters.Duration(Step));
        Assert.Null(parameters.Choice<RangeFunction>(Function));
        Assert.Null(parameters.Cursor(Cursor.ToSeries));
        Assert.Null(parameters.Problem());
    }

    [Fact]
    public void What_is_given_is_read()
    {
        var parameters = Read(
            "?target=orders&metric=database&label=datname:a:b&from=-6h&to=1769860800&limit=7&step=5m&fn=P95"
                + "&groupBy=a,b&groupBy=b&groupBy=c");

        var filter = parameters.Filter(CatalogNames);
        Assert.Equal(("orders", "database"), (filter.Target, filter.Metric));
        Assert.Equal([new LabelMatcher("datname", "a:b")], filter.Labels);
        Assert.Equal((Now.AddHours(-6), Now), parameters.Range(Now));
        Assert.Equal(7, parameters.Int(CommonParameters.Limit));
        Assert.Equal(TimeSpan.FromMinutes(5), parameters.Duration(Step));
        Assert.Equal(RangeFunction.P95, parameters.Choice<RangeFunction>(Function));
        Assert.Equal(["a", "b", "c"], parameters.Texts(GroupBy));
        Assert.Null(parameters.Problem());
    }

    [Fact]
    public void An_empty_label_value_chooses_the_empty_text()
    {
        Assert.Equal([new LabelMatcher("datname", string.Empty)], Read("?label=datname:").Labels(Database));
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var parameters = Read("?limit=0&step=0s&from=yesterday&fn=mean&metrics=database");
        parameters.Range(Now);
        parameters.Int(CommonParameters.Limit);
        parameters.Duration(Step);
        parameters.Choice<RangeFunction>(Function);

        var problem = parameters.Problem();

        Assert.Equal(StatusCodes.Status400BadRequest, problem!.StatusCode);
        Assert.Equal(["fn", "from", "limit", "metrics", "step"], Errors(problem).Keys.Order());
        Assert.Contains("limit: '0' is not a whole number from 1 to 1000", problem.ProblemDetails.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?metrics=database", "metrics", "is not a parameter of this request; did you mean 'metric'? allowed: target, metric, "
        + "label, from, to, limit, cursor, step, fn, groupBy")]
    [InlineData("?target=orders&target=billing", "target", "is given 2 times; write it once")]
    [InlineData("?target=", "target", "is empty; write a value or leave it out")]
    [InlineData("?target=a%00b", "target", "has control characters; leave them out")]
    [InlineData("?limit=1001", "limit", "'1001' is not a whole number from 1 to 1000; write one")]
    [InlineData("?limit=1e2", "limit", "'1e2' is not a whole number from 1 to 1000; write one")]
    [InlineData(
        "?step=60",
        "step",
        "'60' is not a length of time greater than zero; write a number and a unit: 100ms, 15s, 1m, 2h or 30d, such as 60s")]
    [InlineData("?step=0", "step", "'0' is not a length of time greater than zero; write a number and a unit: 100ms, 15s, 1m, 2h or 30d")]
    [InlineData(
        "?step=-1m", "step", "'-1m' is not a length of time greater than zero; write a number and a unit: 100ms, 15s, 1m, 2h or 30d")]
    [InlineData(
        "?fn=rates",
        "fn",
        "'rates' is not known; did you mean 'rate'? write one of raw, avg, min, max, last, sum, delta, rate, p50, p95, p99, predict")]
    [InlineData("?fn=7", "fn", "'7' is not known; write one of raw, avg, min, max, last, sum, delta, rate, p50, p95, p99, predict")]
    [InlineData("?label=datname", "label", "'datname' is not a label and its value; write name:value or name=value, such as datname:app")]
    [InlineData(
        "?metric=database&label=datnam:app",
        "label",
        "metric 'database' has no label 'datnam'; did you mean 'datname'? write one of datname")]
    [InlineData(
        "?metric=checkpointer&label=datname:app", "label", "metric 'checkpointer' has no label 'datname'; it has no labels, leave it out")]
    [InlineData("?label=datname:a&label=datname:b", "label", "'datname' cannot have two values at once; write it once")]
    [InlineData("?groupBy=,,", "groupBy", "has commas and nothing between them; write names or leave it out")]
    [InlineData("?cursor=!", "cursor", "is not a nextCursor that this endpoint gave; leave it out to start with the first page")]
    [InlineData("?from=now&to=-1h", "from", "2026-01-31T12:00:00Z is after to (2026-01-31T11:00:00Z); write an earlier from or a later to")]
    public void A_wrong_parameter_is_answered_with_what_to_write_instead(string query, string parameter, string message)
    {
        var problem = ProblemOf(query);

        Assert.Equal(StatusCodes.Status400BadRequest, problem!.StatusCode);
        Assert.Equal([message], Errors(problem)[parameter]);
    }

    [Theory]
    [InlineData("?metric=databse", "metric", "'databse' is not known; did you mean 'database'? /api/v1/metrics lists all")]
    [InlineData("?metric=check", "metric", "'check' is not known; did you mean 'checkpointer'? /api/v1/metrics lists all")]
    [InlineData("?target=order", "target", "'order' is not known; did you mean 'orders'? /api/v1/targets lists all")]
    [InlineData("?target=nowhere", "target", "'nowhere' is not known; /api/v1/targets lists all")]
    public void A_name_that_does_not_exist_is_not_found(string query, string parameter, string message)
    {
        var problem = ProblemOf(query);

        Assert.Equal(StatusCodes.Status404NotFound, problem!.StatusCode);
        Assert.Equal([message], Errors(problem)[parameter]);
    }

    [Fact]
    public void A_wrong_parameter_outweighs_a_name_that_does_not_exist()
    {
        var problem = ProblemOf("?metric=nothing&limit=0");

        Assert.Equal(StatusCodes.Status400BadRequest, problem!.StatusCode);
        Assert.Equal(["limit", "metric"], Errors(problem).Keys.Order());
    }

    [Fact]
    public void A_required_parameter_that_is_absent_is_wrong()
    {
        var required = CommonParameters.Metric with { Required = true, Example = "database" };

        var problem = new Parameters(new QueryCollection(), required).Problem();

        Assert.Equal(["is required; write for example metric=database"], Errors(problem!)["metric"]);
    }

    [Fact]
    public void A_part_of_the_path_is_no_query_parameter()
    {
        var id = new DeclaredParameter("id", ParameterKind.Text, "Id.") { InPath = true };

        var problem = new Parameters(new QueryCollection(QueryHelpers.ParseQuery("?id=1")), id).Problem();

        Assert.Equal(["is not a parameter of this request; none is allowed here"], Errors(problem!)["id"]);
    }

    [Fact]
    public void A_text_without_end_is_refused_and_not_repeated()
    {
        var problem = ProblemOf("?target=" + new string('x', 513) + "&" + new string('y', 2000) + "=1");

        Assert.Equal(["has 513 characters; write at most 512"], Errors(problem!)["target"]);
        Assert.All(Errors(problem!), error => Assert.True(error.Key.Length <= 65));
        Assert.All(Errors(problem!), error => Assert.True(error.Value[0].Length < 200));
    }

    private static Parameters Read(string query) => new(
        new QueryCollection(QueryHelpers.ParseQuery(query)),
        CommonParameters.Target,
        CommonParameters.Metric,
        CommonParameters.Label,
        CommonParameters.From,
        CommonParameters.To,
        CommonParameters.Limit,
        CommonParameters.Cursor,
        Step,
        Function,
        GroupBy);

    private static ProblemHttpResult? ProblemOf(string query)
    {
        var parameters = Read(query);
        parameters.Filter(CatalogNames);
        parameters.Range(Now);
        parameters.Int(CommonParameters.Limit);
        parameters.Duration(Step);
        parameters.Choice<RangeFunction>(Function);
        parameters.Cursor(Cursor.ToSnapshot);
        parameters.Texts(GroupBy);
        return parameters.Problem();
    }

    private static IDictionary<string, string[]> Errors(ProblemHttpResult problem) =>
        Assert.IsType<HttpValidationProblemDetails>(problem.ProblemDetails).Errors;
}
