using Microsoft.AspNetCore.Authorization;

namespace MetricsCollector.Security;

/// <summary>Decides whether a request is let in.</summary>
internal sealed class ScopeHandler(Access access) : AuthorizationHandler<ScopeRequirement>
{
    /// <inheritdoc />
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (context.Resource is HttpContext http)
        {
            var needed = NeedsScope.Of(http);
            var may = access.IsOpenTo(http) || Caller.ScopeOf(context.User) >= needed;
            if (may && (needed == Scope.Read || !CrossSite.Is(http.Request)))
            {
                context.Succeed(requirement);
            }
        }

        return Task.CompletedTask;
    }
}
