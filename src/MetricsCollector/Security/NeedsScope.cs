namespace MetricsCollector.Security;

/// <summary>Says on an endpoint which scope it needs. Without it, what only reads needs <see cref="Scope.Read"/>, all else
/// <see cref="Scope.Admin"/>.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="WithParameter">The query parameter without which the usual scope is enough; null when the scope is always needed.</param>
internal sealed record NeedsScope(Scope Scope, string? WithParameter = null)
{
    /// <summary>The query parameter with which the usual scope is enough; null when there is none.</summary>
    public string? UnlessParameter { get; init; }

    /// <summary>The scope a request needs.</summary>
    public static Scope Of(HttpContext context)
    {
        var needs = context.GetEndpoint()?.Metadata.GetMetadata<NeedsScope>();
        var usual = HttpMethods.IsGet(context.Request.Method)
            || HttpMethods.IsHead(context.Request.Method)
            || HttpMethods.IsOptions(context.Request.Method)
            ? Scope.Read
            : Scope.Admin;
        var query = context.Request.Query;
        return needs is null
            || (needs.WithParameter is { } parameter && !query.ContainsKey(parameter))
            || (needs.UnlessParameter is { } unless && query.ContainsKey(unless)) ? usual : needs.Scope;
    }
}
