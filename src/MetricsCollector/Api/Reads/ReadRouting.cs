namespace MetricsCollector.Api.Reads;

/// <summary>Puts the turns of large reads between routing and the endpoints that take them.</summary>
internal static class ReadRouting
{
    /// <summary>What is mapped below it takes turns.</summary>
    public static RouteGroupBuilder Reading(this IEndpointRouteBuilder api, ReadKind kind) =>
        api.MapGroup(string.Empty).WithMetadata(new ReadsMuch(kind));

    /// <summary>Adds the turns. They stand behind who may ask, so that nobody else waits in the queue.</summary>
    public static void UseReadTurns(this WebApplication app)
    {
        var turns = app.Services.GetRequiredService<ReadTurns>();
        app.Use(next => context => turns.TakeAsync(context, next));
    }
}
