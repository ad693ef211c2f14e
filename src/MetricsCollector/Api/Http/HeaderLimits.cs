using System.Globalization;

namespace MetricsCollector.Api.Http;

/// <summary>How much the headers of a request may be together: what is more is refused with a problem that names the one to
/// blame.</summary>
internal static class HeaderLimits
{
    /// <summary>The most headers: what a browser behind several proxies sends, three times over.</summary>
    public const int MaxCount = 100;

    /// <summary>The most bytes of all headers: cookies of everything else on this machine fit in.</summary>
    public const int MaxBytes = 32 * 1024;

    // Between a name and its value, and behind it.
    private const int Separators = 4;

    // A name that its sender made up need not be repeated whole.
    private const int MaxNameShown = 100;

    /// <summary>Refuses requests with more. It stands before everything that looks at them.</summary>
    public static void UseHeaderLimits(this IApplicationBuilder app) => app.Use(static (context, next) =>
        Excess(context.Request.Headers) is { } detail
            ? TypedResults.Problem(detail, statusCode: StatusCodes.Status431RequestHeaderFieldsTooLarge, title: "Headers too large")
            .ExecuteAsync(context)
            : next(context));

    private static string? Excess(IHeaderDictionary headers)
    {
        var (count, bytes, largest, largestName) = (0, 0, 0, string.Empty);
        foreach (var (name, values) in headers)
        {
            var ofName = 0;
            foreach (var value in values)
            {
                count++;
                ofName += name.Length + (value?.Length ?? 0) + Separators;
            }

            bytes += ofName;
            if (ofName > largest)
            {
                (largest, largestName) = (ofName, name);
            }
        }

        return bytes > MaxBytes
            ? string.Create(CultureInfo.InvariantCulture, $"The headers are {bytes} bytes, of which '{Shown(largestName)}' has {largest}; "
                + $"send at most {MaxBytes}.{Remedy(largestName)}")
            : count > MaxCount
            ? string.Create(CultureInfo.InvariantCulture, $"The request has {count} headers; send at most {MaxCount}.")
            : null;
    }

    private static string Shown(string name) => name.Length > MaxNameShown ? name[..MaxNameShown] : name;

    private static string Remedy(string name) => string.Equals(name, "Cookie", StringComparison.OrdinalIgnoreCase)
        ? " Nothing here needs a cookie: remove those of this host."
        : string.Empty;
}
