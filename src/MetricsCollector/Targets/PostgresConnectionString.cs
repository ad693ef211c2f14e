using Npgsql;

namespace MetricsCollector.Targets;

/// <summary>Reads the two forms people write: Npgsql's <c>Host=...;Username=...</c> and libpq's <c>postgres://user@host/database?sslmode=require</c>.</summary>
public static class PostgresConnectionString
{
    /// <summary>Reads a connection string.</summary>
    /// <param name="text">Either form.</param>
    /// <param name="error">What is wrong and what to write, without any part of the text, which may hold a password.</param>
    /// <returns>The settings, or null with an error.</returns>
    public static NpgsqlConnectionStringBuilder? Parse(string text, out string? error)
    {
        error = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            error = "is empty; write Host=...;Username=...;Database=... or postgres://user@host/database.";
            return null;
        }

        try
        {
            return text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)
                ? FromUri(new Uri(text))
                : new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            error = "cannot be read: " + Explain(exception) + "; write Host=...;Username=...;Database=... or postgres://user@host/database.";
            return null;
        }
    }

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var builder = new NpgsqlConnectionStringBuilder { Host = uri.Host.Trim('[', ']') };
        if (uri.Port > 0)
        {
            builder.Port = uri.Port;
        }

        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database)
        {
            builder.Database = Uri.UnescapeDataString(database);
        }

        foreach (var parameter in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = parameter.Split('=', 2);
            var (keyword, value) = (Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? string.Empty));
            builder[Keyword(keyword)] = keyword == "sslmode" ? value.Replace("-", string.Empty, StringComparison.Ordinal) : value;
        }

        return builder;
    }

    // libpq's names where Npgsql has another one.
    private static string Keyword(string libpq) => libpq switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "sslpassword" => "SSL Password",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        "target_session_attrs" => "Target Session Attributes",
        "channel_binding" => "Channel Binding",
        "passfile" => "Passfile",
        "options" => "Options",
        _ => libpq,
    };

    // Npgsql's messages name the keyword; a value, which may be a secret, is only ever in a FormatException's text.
    private static string Explain(Exception exception) => exception switch
    {
        ArgumentException { Message: var message } when message.StartsWith("Couldn't set ", StringComparison.Ordinal) => message.Split(" (")[0],
        ArgumentException { Message: var message } when message.StartsWith("Keyword not supported", StringComparison.Ordinal) => message.Split(" (")[0],
        UriFormatException => "it is not a valid URI (write %40 for @, %3A for : and %2F for / in a password)",
        _ => "it is not in the form keyword=value;keyword=value",
    };
}
