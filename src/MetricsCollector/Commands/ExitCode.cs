namespace MetricsCollector.Commands;

/// <summary>How the program ends.</summary>
internal static class ExitCode
{
    /// <summary>As asked.</summary>
    public const int Success = 0;

    /// <summary>It cannot start, or what was checked is not as it should be.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>An internal error, the number that <c>sysexits.h</c> has for it.</summary>
    public const int Crash = 70;
}
