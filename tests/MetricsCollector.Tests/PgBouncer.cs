using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace MetricsCollector.Tests;

/// <summary>A PgBouncer of one test, in front of a server. Skips the test where the program is not installed.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _directory;

    private PgBouncer(Process process, DirectoryInfo directory, string connectionString) =>
        (_process, _directory, ConnectionString) = (process, directory, connectionString);

    /// <summary>The connection string of the server, by way of the pooler.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts one.</summary>
    /// <param name="server">Connection string of a role of the server.</param>
    /// <param name="mode">session, transaction or statement.</param>
    /// <param name="more">Further lines of its settings.</param>
    public static async Task<PgBouncer> StartAsync(string server, string mode, string more = "")
    {
        var program = new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "PgBouncer is not installed (apt-get install pgbouncer).");
        var settings = new NpgsqlConnectionStringBuilder(server);
        var port = FreePort();
        var directory = Directory.CreateTempSubdirectory("pgbouncer-");
        var file = Path.Combine(directory.FullName, "pgbouncer.ini");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host={settings.Host} port={settings.Port} user={settings.Username} password={settings.Password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
            ignore_startup_parameters = extra_float_digits,options
            {more}
            """));
        if (!OperatingSystem.IsWindows())
        {
            // As root it runs as somebody else, who reads the file too.
            File.SetUnixFileMode(directory.FullName, (UnixFileMode)0b111_101_101);
        }

        string[] arguments = Environment.UserName == "root" ? ["-q", "-u", "nobody", file] : ["-q", file];
        var process = Process.Start(
            new ProcessStartInfo(program!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        settings.Host = "127.0.0.1";
        settings.Port = port;
        var bouncer = new PgBouncer(process, directory, settings.ConnectionString);
        await Eventually.TrueAsync(() => IsOpenAsync(port), "PgBouncer listens");
        return bouncer;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> IsOpenAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
