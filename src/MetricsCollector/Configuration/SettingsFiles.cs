using System.Collections.Concurrent;

namespace MetricsCollector.Configuration;

/// <summary>What is wrong with the settings files as they are now. Thread-safe.</summary>
public sealed class SettingsFiles
{
    private readonly ConcurrentDictionary<string, string> _problems = new(StringComparer.Ordinal);

    /// <summary>One sentence for each file that cannot be read; empty when all can.</summary>
    public IReadOnlyList<string> Problems =>
        [.. _problems.OrderBy(problem => problem.Key, StringComparer.Ordinal).Select(problem => problem.Value)];

    /// <summary>A file was read.</summary>
    public void Read(string path) => _problems.TryRemove(path, out _);

    /// <summary>A file cannot be read; what it said before stays in use.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong and what to write, in one line.</param>
    public void Refuse(string path, string problem) => _problems[path] = $"{path} {problem}";
}
