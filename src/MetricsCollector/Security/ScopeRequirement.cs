using Microsoft.AspNetCore.Authorization;

namespace MetricsCollector.Security;

/// <summary>A request is let in when its caller has the scope that the endpoint needs.</summary>
internal sealed class ScopeRequirement : IAuthorizationRequirement;
