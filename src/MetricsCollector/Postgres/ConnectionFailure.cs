using System.Collections.ObjectModel;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Npgsql;

namespace MetricsCollector.Postgres;

/// <summary>Says in one sentence why a server cannot be reached, without secrets.</summary>
internal static partial class ConnectionFailure
{
    /// <summary>How the reason ends when nothing came.</summary>
    public const string Late = "did not answer in time";

    private const string FailedTo = "Failed to connect to ";
    private const string Handshake = "Exception while performing SSL handshake";

    // Nothing that a server says is shown at any length.
    private const int Shown = 500;

    // Enough for every chain that Npgsql and .NET make.
    private const int Deepest = 8;

    /// <summary>
    /// Why connecting failed or a connection was cut: the address, and the innermost reason; of several hosts each with its own.
    /// </summary>
    public static string Describe(Exception exception, PostgresConnection connection)
    {
        var text = Hosts(exception) is { } each ? EachHost(each, connection) : OfOne(exception, connection.Address, connection);
        return connection.Secrets.Where(secret => secret.Length >= 4)
            .Aggregate(text, (shown, secret) => shown.Replace(secret, "***", StringComparison.Ordinal));
    }

    /// <summary>What TLS or several hosts hide in an inner exception; null where the outer message says it.</summary>
    public static string? InnerReason(Exception exception) =>
        Hosts(exception) is { } each
            ? string.Join("; ", each.Select(one => OneLine(one.Message) + (InnerReason(one) is { } why ? $": {why}" : string.Empty)))
            : Chain(exception).Skip(1).FirstOrDefault(IsHidden) is { } inner ? OneLine(inner.Message)
            : null;

    /// <summary>A text of a server for one line: bounded, and without line breaks and other controls.</summary>
    public static string OneLine(string text)
    {
        var line = Controls().Replace(text.Length > Shown ? text[..Shown] : text, " ");
        return text.Length > Shown ? line + "..." : line;
    }

    private static string OfOne(Exception exception, string address, PostgresConnection connection)
    {
        foreach (var one in Chain(exception))
        {
            if (Explain(one, connection) is { } reason)
            {
                return $"{address}{reason}";
            }
        }

        return $"{address}: {OneLine(exception.Message)}";
    }

    // Begins with what comes after the address.
    private static string? Explain(Exception exception, PostgresConnection connection) => exception switch
    {
        PostgresException postgres when IsConsole(postgres) =>
            " is the console of a pooler such as PgBouncer or Pgpool, which has no statistics of PostgreSQL: name a database that "
            + "the pooler leads to (Database=..., dbname=...), or the server itself",
        PostgresException postgres => $" answered: {OneLine(postgres.MessageText)} ({postgres.SqlState})",
        OperationCanceledException or TimeoutException => " " + Late,
        ServerCertificateException or ConnectionFileException => ": " + exception.Message,
        AuthenticationException => ": TLS failed: " + OneLine(exception.InnerException?.Message ?? exception.Message),
        SocketException => ": " + exception.Message,
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or CryptographicException =>
            ": a certificate or key that is to show who we are cannot be used"
            + (connection.IsIsolated ? string.Empty : ": " + OneLine(exception.Message)),
        NpgsqlException { Message: var message } when message.StartsWith("No password has been provided", StringComparison.Ordinal) =>
            ": the server asks for a password and there is none; write Password=... (password=...), or name a passfile",
        NpgsqlException { Message: var message } when message.StartsWith("SSL connection requested", StringComparison.Ordinal) =>
            $": the server does not speak TLS, which {Demand(connection)} asks for; "
            + "turn ssl on there, or write SSL Mode=Prefer (sslmode=prefer) "
            + "where the network is yours alone",
        NpgsqlException { Message: "No suitable host was found." } =>
            $": none of the hosts is what Target Session Attributes={connection.SessionAttributes ?? "any"} asks for",
        UnsuitableServerException =>
            $" {exception.Message}, and Target Session Attributes={connection.SessionAttributes} (target_session_attrs) asks for another",
        NpgsqlException { Message: Handshake, InnerException: IOException }
            when connection.Settings.SslNegotiation == SslNegotiation.Direct =>
            " closed the connection when TLS was begun without asking for it (SSL Negotiation=Direct, sslnegotiation=direct), "
            + "as PostgreSQL before 17, a server without TLS and many poolers do; "
            + "write SSL Negotiation=Postgres (sslnegotiation=postgres), or leave it out",
        NpgsqlException => null,
        IOException => " closed the connection",
        _ => null,
    };

    private static string Demand(PostgresConnection connection) => connection.Settings.SslMode switch
    {
        SslMode.VerifyCA => "SSL Mode=VerifyCA",
        SslMode.VerifyFull => "SSL Mode=VerifyFull",
        _ => "SSL Mode=Require",
    };

    // Consoles of poolers know no prepared statements.
    private static bool IsConsole(PostgresException exception) =>
        exception.MessageText.Contains("extended query protocol", StringComparison.OrdinalIgnoreCase)
        && exception.MessageText.Contains("not support", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlyCollection<Exception>? Hosts(Exception exception) =>
        exception is NpgsqlException { InnerException: AggregateException { InnerExceptions: var each } } ? each : null;

    private static string EachHost(ReadOnlyCollection<Exception> each, PostgresConnection connection)
    {
        // A server of a kind that is preferred is looked for first, and then any: each host may be there twice.
        var hosts = connection.Hosts;
        var inOrder = each.Count % hosts.Count == 0 && !connection.Settings.LoadBalanceHosts;
        return string.Join(
            "; ",
            each.Select((one, i) => OfOne(one, inOrder ? hosts[i % hosts.Count].ToString() : Place(one) ?? "a host", connection))
                .Distinct());
    }

    private static string? Place(Exception exception) =>
        exception is NpgsqlException && exception.Message.StartsWith(FailedTo, StringComparison.Ordinal)
        ? exception.Message[FailedTo.Length..].Trim()
        : null;

    private static bool IsHidden(Exception exception) =>
        exception is AuthenticationException or ConnectionFileException or CryptographicException;

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        var one = exception;
        for (var depth = 0; one is not null && depth < Deepest; depth++)
        {
            yield return one;
            one = one.InnerException;
        }
    }

    [GeneratedRegex(@"[\p{C}\u2028\u2029]+", RegexOptions.NonBacktracking)]
    private static partial Regex Controls();
}
