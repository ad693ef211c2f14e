using MetricsCollector.Configuration;
using MetricsCollector.Security.Connections;
using MetricsCollector.Security.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MetricsCollector.Security;

/// <summary>Registers who may ask what, and how much.</summary>
internal static class SecurityServices
{
    private const string AnyScheme = "KeyOrToken";

    // A name that a stranger's page resolves to this machine is not one of these.
    private static readonly string[] ThisMachine = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Adds keys, tokens, scopes and limits; wrong settings stop the start with every error at once.</summary>
    public static IServiceCollection AddSecurity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SecurityOptions>().BindSettings(configuration, SecurityOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidator>();
        services.AddSingleton<Callers>();
        services.AddSingleton<Access>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<RefusalLog>();
        services.AddSingleton<RevocationWatch>();

        // Each refusal would be a line of its own; RefusalLog counts them.
        services.AddLogging(static logging => logging.AddFilter(typeof(ApiKeyHandler).FullName, LogLevel.Warning));

        services.AddAuthentication(AnyScheme)
            .AddPolicyScheme(AnyScheme, AnyScheme, any => any.ForwardDefaultSelector = SchemeOf)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddJwtBearer();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, JwtSetup>();
        services.RemoveKeyMaking();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicy([new ScopeRequirement()], []));
        services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationProblems>();

        services.AddRateLimiter(static _ => { });
        services.AddRequestTimeouts();
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>, CallerLimits>();
        services.AddSingleton<IConfigureOptions<RequestTimeoutOptions>, CallerLimits>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, CallerLimits>();
        services.AddSingleton<ConnectionPlaces>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(static provider => provider.GetRequiredService<ConnectionPlaces>());
        services.AddOptions<HostFilteringOptions>()
            .Configure<IOptions<SecurityOptions>, Access, IConfiguration>(static (hosts, security, access, settings) =>
        {
            // A page in HTML says no more than its status.
            hosts.IncludeFailureMessage = false;
            if (!access.NeedsKey && !security.Value.AllowAnonymous && settings["AllowedHosts"] is null or "" or "*")
            {
                hosts.AllowedHosts = ThisMachine;
            }
        });

        // The filter of hosts is the first of all; only what is before it sees what it refuses.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, HostRefusal>());
        services.PostConfigure<SwaggerGenOptions>(static swagger => swagger.DocumentFilter<AccessDocument>());
        return services;
    }

    /// <summary>Puts the guards in front of everything that is mapped.</summary>
    public static void UseSecurity(this IApplicationBuilder app)
    {
        var access = app.ApplicationServices.GetRequiredService<Access>();
        app.UseRequestTimeouts();

        // Where nobody has to say who he is, nobody is asked: that would take as long as the answer.
        app.UseWhen(_ => access.NeedsKey, static guarded => guarded.UseAuthentication());
        // The one person at this machine is no crowd.
        app.UseWhen(context => access.NeedsKey || !Access.IsOfThisMachine(context), static guarded => guarded.UseRateLimiter());
        app.UseAuthorization();
        var watch = app.ApplicationServices.GetRequiredService<RevocationWatch>();
        app.UseWhen(_ => access.NeedsKey, guarded => guarded.Use(next => context => watch.WatchAsync(context, next)));
    }

    // Nothing here is signed by this service: it need not make keys for that, on a disk that may be read-only.
    private static void RemoveKeyMaking(this IServiceCollection services)
    {
        var making = services
            .Where(
                service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Namespace?.StartsWith(
                    "Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal) == true)
            .ToList();
        making.ForEach(service => services.Remove(service));
    }

    private static string SchemeOf(HttpContext context) =>
        RequestCredentials.IsToken(context.Request)
            && context.RequestServices.GetRequiredService<IOptions<SecurityOptions>>().Value.Jwt.IsSet
            ? JwtBearerDefaults.AuthenticationScheme
            : ApiKeyHandler.SchemeName;
}
