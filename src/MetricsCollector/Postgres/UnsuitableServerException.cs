using Npgsql;

namespace MetricsCollector.Postgres;

/// <summary>A server answers, but is of another kind than the session attributes ask for.</summary>
/// <param name="kind">What it is, as in "it is a standby".</param>
internal sealed class UnsuitableServerException(string kind) : NpgsqlException(kind);
