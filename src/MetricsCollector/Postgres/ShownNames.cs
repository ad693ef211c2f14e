using System.Text.RegularExpressions;
using Npgsql;

namespace MetricsCollector.Postgres;

/// <summary>
/// The names of a connection string that are shown to everybody: user, database and application. A wrong separator makes a password part
/// of one of them.
/// </summary>
internal static partial class ShownNames
{
    /// <summary>Refuses a name that holds a password.</summary>
    /// <param name="settings">What the connection string says.</param>
    /// <param name="source">What it draws on besides itself.</param>
    /// <exception cref="ConnectionStringException">One does, or seems to.</exception>
    public static void Check(NpgsqlConnectionStringBuilder settings, ConnectionSource source)
    {
        if (HoldsPassword(settings.Username) || HoldsPassword(settings.Database) || HoldsPassword(settings.ApplicationName))
        {
            throw new ConnectionStringException(
                "has a password within a name; separate settings by ; in the first form, by blanks in the second, "
                + "by & after the ? of a URI");
        }

        // Npgsql looks at PGUSER by itself.
        var user = settings.Username ?? source.Variable("PGUSER");
        if (user?.Contains(':', StringComparison.Ordinal) == true && !IsBesidePassword(settings, source, user))
        {
            throw new ConnectionStringException(
                "has a user name with a : and no password, so that the name may hold the password; write Username=...;Password=... or "
                + "user=... password=... or postgres://user:password@host; a role that has a : in its name needs a password, "
                + "a passfile or a client certificate beside it");
        }
    }

    /// <summary>What may be a password within the user name, as <c>user:password</c>; null where there is a password beside it.</summary>
    /// <param name="settings">What the connection string says.</param>
    public static string? PasswordWithin(NpgsqlConnectionStringBuilder settings) =>
        settings.Password is { Length: > 0 } ? null : settings.Username?.Split(':', 2).ElementAtOrDefault(1);

    // Variables that are there for all targets prove nothing of a name that one of them writes.
    private static bool IsBesidePassword(NpgsqlConnectionStringBuilder settings, ConnectionSource source, string user)
    {
        var ofEnvironment = user == source.Variable("PGUSER");
        return IsGiven(settings.Password, "PGPASSWORD")
            || IsGiven(settings.Passfile, "PGPASSFILE")
            || IsGiven(settings.SslCertificate, "PGSSLCERT");

        bool IsGiven(string? value, string variable) => ofEnvironment
            ? (value ?? source.Variable(variable)) is { Length: > 0 }
            : value is { Length: > 0 } && value != source.Variable(variable);
    }

    private static bool HoldsPassword(string? name) => name is not null && PasswordForm().IsMatch(name);

    // With the usual short forms and slips, such as passwd=, pass:, pwd= and pasword=, or a whole URI.
    [GeneratedRegex(
        @"\b(?:ssl)?(?:pas\w*|pwd?)\s*[=:]|://[^@]*:[^@]*@", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex PasswordForm();
}
