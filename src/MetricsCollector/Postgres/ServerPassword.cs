using Npgsql;

namespace MetricsCollector.Postgres;

/// <summary>
/// Gives Npgsql the password that PostgreSQL expects: for SCRAM prepared by SASLprep, as libpq sends it, and else as it is; and only one
/// that the connection string may draw on.
/// </summary>
internal sealed class ServerPassword
{
    private static readonly TimeSpan ScramIsKnownFor = TimeSpan.FromMinutes(10);

    private readonly PostgresConnection _connection;
    private readonly string? _password;

    private ServerPassword(PostgresConnection connection, string? password) => (_connection, _password) = (connection, password);

    /// <summary>What gives it; null where Npgsql can use the settings' own.</summary>
    public static ServerPassword? For(PostgresConnection connection, NpgsqlConnectionStringBuilder settings) =>
        settings.Password is { Length: > 0 } password && SaslPrep.Prepare(password) == password
        ? null
        : new ServerPassword(connection, settings.Password);

    /// <summary>The password of one of the hosts.</summary>
    public string Get(NpgsqlConnectionStringBuilder settings) =>
        Task.Run(async () => await GetAsync(settings, CancellationToken.None)).GetAwaiter().GetResult();

    /// <summary>The password of one of the hosts; empty when there is none, so that Npgsql looks for none itself.</summary>
    public async ValueTask<string> GetAsync(NpgsqlConnectionStringBuilder settings, CancellationToken cancellationToken)
    {
        var password = Find(settings) ?? string.Empty;
        var prepared = SaslPrep.Prepare(password);
        return prepared == password || !await AsksForScramAsync(settings, password, cancellationToken) ? password : prepared;
    }

    private string? Find(NpgsqlConnectionStringBuilder settings)
    {
        if (_password is { Length: > 0 })
        {
            return _password;
        }

        if (!_connection.IsIsolated && Environment.GetEnvironmentVariable("PGPASSWORD") is { Length: > 0 } variable)
        {
            return variable;
        }

        if (PassFilePath() is not { } path)
        {
            return null;
        }

        try
        {
            var user = settings.Username ?? Environment.GetEnvironmentVariable("PGUSER") ?? Environment.UserName;
            return PassFile.Find(path, ServerHost.Read(settings.Host, settings.Port)[0], settings.Database ?? user, user);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConnectionFileException("Passfile", _connection.IsIsolated ? null : exception, exception);
        }
    }

    private string? PassFilePath()
    {
        if (_connection.Settings.Passfile is { Length: > 0 } || _connection.IsIsolated)
        {
            return _connection.Settings.Passfile;
        }

        if (Environment.GetEnvironmentVariable("PGPASSFILE") is { Length: > 0 } variable)
        {
            return variable;
        }

        var usual = OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "postgresql", "pgpass.conf")
            : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? string.Empty, ".pgpass");
        return File.Exists(usual) ? usual : null;
    }

    // Only the server knows how it asks. One that asks for SCRAM is left before a password is sent; such passwords are rare.
    private async Task<bool> AsksForScramAsync(NpgsqlConnectionStringBuilder settings, string password, CancellationToken cancellationToken)
    {
        var host = $"{settings.Host}:{settings.Port}";
        if (_connection.ScramHosts.TryGetValue(host, out var asked)
            && TimeSpan.FromMilliseconds(Environment.TickCount64 - asked.Since) < ScramIsKnownFor)
        {
            return asked.Scram;
        }

        var probe = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Password = password,
            RequireAuth = "!ScramSHA256",
            Pooling = false,
            Multiplexing = false,
        };
        var builder = new NpgsqlSlimDataSourceBuilder(probe.ConnectionString) { Name = "password" };
        builder.EnableTransportSecurity();
        builder.UseSslClientAuthenticationOptionsCallback(new ServerTls(_connection).Apply);
        await using var source = builder.Build();
        bool scram;
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            scram = false;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            scram = false;
        }
        catch (NpgsqlException exception)
        {
            scram = exception is not PostgresException
                && exception.Message.Contains("authentication method is not allowed", StringComparison.Ordinal);
            if (!scram)
            {
                // It did not come to a password, so nothing is known; the connection itself says why.
                return false;
            }
        }

        _connection.ScramHosts[host] = (scram, Environment.TickCount64);
        return scram;
    }
}
