using System.Security.Authentication;

namespace MetricsCollector.Postgres;

/// <summary>The certificate of a server was refused.</summary>
/// <param name="message">What is wrong with it, and what to do.</param>
internal sealed class ServerCertificateException(string message) : AuthenticationException(message);
