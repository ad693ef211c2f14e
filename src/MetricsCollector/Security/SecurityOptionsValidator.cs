using System.Text.RegularExpressions;
using MetricsCollector.Snapshots;
using Microsoft.Extensions.Options;

namespace MetricsCollector.Security;

/// <summary>Checks the section <c>Security</c>, every setting at once, and that nobody outside is answered who was not meant to.</summary>
internal sealed partial class SecurityOptionsValidator(IConfiguration configuration) : IValidateOptions<SecurityOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        var errors = new List<string>();
        foreach (var (key, i) in options.Keys.Select((key, i) => (key, i)))
        {
            Check(key, $"Security:Keys:{i}", errors);
        }

        errors.AddRange(options.Keys.GroupBy(key => key.Name, StringComparer.Ordinal).Where(same => same.Count() > 1 && same.Key.Length > 0)
            .Select(
                same => $"Security:Keys names '{same.Key}' twice; give each caller a name of its own, or put both keys into one file."));
        Check(options.Jwt, errors);
        Range(options.RequestsPerMinute, 1, 1_000_000, "RequestsPerMinute", errors);
        Range(options.MaxConnections, 1, 100_000, "MaxConnections", errors);
        Range(options.HeadersTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), "HeadersTimeout", errors);
        Range(options.RequestTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "RequestTimeout", errors);
        if (options.Keys.Count == 0
            && !options.Jwt.IsSet
            && !options.AllowAnonymous
            && ListenAddresses.OpenToOthers(configuration) is { Count: > 0 } open)
        {
            errors.Add(
                $"The service would answer everybody who reaches {string.Join(" and ", open)}, since no key is set. "
                + "Set a key (Security__Keys__0__Name=me, Security__Keys__0__Scopes__0=read, "
                + "Security__Keys__0__File=/path/to/key; make the file with: openssl rand -base64 32), or listen on this machine only "
                + "(--urls http://localhost:5080), or, where everybody may ask everything, set Security__AllowAnonymous=true.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(KeyOptions key, string path, List<string> errors)
    {
        if (!NameForm().IsMatch(key.Name))
        {
            errors.Add($"{path}:Name is '{key.Name}'; write 1 to 63 letters, digits, dots, dashes or underscores, such as 'grafana'.");
        }

        if (key.Scopes.Count == 0)
        {
            errors.Add($"{path}:Scopes is empty; write read, collect or admin, such as Scopes__0=read.");
        }

        errors.AddRange(
            key.Scopes
                .Where(scope => Caller.Parse(scope) is null)
                .Select(scope => $"{path}:Scopes has '{scope}'; write read, collect or admin."));
        if (key.File.Length == 0)
        {
            errors.Add($"{path}:File is empty; write the path of a file with the key, made with: openssl rand -base64 32 > FILE");
        }
        else if (KeyFile.Read(key.File).Error is { } error)
        {
            errors.Add($"{path}:File {key.File} {error}.");
        }
    }

    private static void Check(JwtOptions jwt, List<string> errors)
    {
        if (jwt.IsSet && !(Uri.TryCreate(jwt.Authority, UriKind.Absolute, out var authority)
            && (authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback))))
        {
            errors.Add(
                $"Security:Jwt:Authority is '{jwt.Authority}'; write the issuer's https:// address, under which "
                    + "/.well-known/openid-configuration is.");
        }

        if (jwt.IsSet && jwt.Audience.Length == 0)
        {
            errors.Add("Security:Jwt:Audience is empty; write what the tokens' aud names, so that tokens for other services are refused.");
        }

        if (jwt.ScopeClaim.Length == 0)
        {
            errors.Add("Security:Jwt:ScopeClaim is empty; write the name of the claim that holds the scopes, such as scope or roles.");
        }

        errors.AddRange(
            jwt.Scopes.Keys.Where(scope => Caller.Parse(scope) is null).Select(scope => $"Security:Jwt:Scopes has '{scope}'; write read, "
                + "collect or admin, such as Security__Jwt__Scopes__read=metrics.read."));
    }

    private static void Range(long value, long min, long max, string setting, List<string> errors)
    {
        if (value < min || value > max)
        {
            errors.Add($"Security:{setting} is {value}; write {min} to {max}.");
        }
    }

    private static void Range(Duration value, TimeSpan min, TimeSpan max, string setting, List<string> errors)
    {
        if (value.Value < min || value.Value > max)
        {
            errors.Add($"Security:{setting} is {value}; write {new Duration(min)} to {new Duration(max)}.");
        }
    }

    [GeneratedRegex(@"^[\w.-]{1,63}\z")]
    private static partial Regex NameForm();
}
