namespace MetricsCollector.Tests.Storage;

/// <summary>scripts/init_db.sql.</summary>
internal static class InitScript
{
    private const string CommentedStatement = "--   ";

    public static string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, "scripts", "init_db.sql"));

    /// <summary>The statements that its comments tell an administrator to run, for a role.</summary>
    public static string Grants(string role) => string.Join('\n', Text.Split('\n')
        .Where(
            line => line.StartsWith(CommentedStatement + "GRANT", StringComparison.Ordinal)
                || line.StartsWith(CommentedStatement + "ALTER", StringComparison.Ordinal))
        .Select(line => line[CommentedStatement.Length..].Replace("metrics_collector", role, StringComparison.Ordinal)));
}
