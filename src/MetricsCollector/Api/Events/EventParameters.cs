using System.Text.Json;
using MetricsCollector.Api.Formats;
using MetricsCollector.Api.Http;
using MetricsCollector.Api.Snapshots;
using MetricsCollector.Configuration;
using MetricsCollector.Query.Events;

namespace MetricsCollector.Api.Events;

/// <summary>The parameters of events.</summary>
internal static class EventParameters
{
    private static readonly Dictionary<string, EventKind> ByName = Enum.GetValues<EventKind>()
        .ToDictionary(kind => NameOf(kind), StringComparer.OrdinalIgnoreCase);

    private static readonly DeclaredParameter Kind = new(
        "kind",
        ParameterKind.Text,
        $"Kinds of events, with commas between them: {string.Join(", ", ByName.Keys.Select(name => $"`{name}`"))}. All when left out.")
    {
        Repeatable = true,
        Example = "restarted,settingChanged",
    };

    private static readonly DeclaredParameter From = CommonParameters.From with { Default = "-24h" };

    private static readonly DeclaredParameter Order =
        DeclaredParameter.ChoiceOf<SortOrder>("order", "Newest first (`desc`) or oldest first (`asc`).") with { Default = "desc" };

    private static readonly DeclaredParameter Limit = CommonParameters.Limit with
    {
        Description = "How many events a page has at most. Formats other than `json` give the whole range when it is left out.",
    };

    /// <summary>All of them.</summary>
    public static DeclaredParameter[] Declared { get; } =
        [CommonParameters.Target, Kind, From, CommonParameters.To, Order, Limit, CommonParameters.Cursor, RowFormats.Parameter];

    /// <summary>A kind as it is written.</summary>
    public static string NameOf(EventKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    /// <summary>Reads them; what is wrong with them the parameters know afterwards.</summary>
    /// <param name="parameters">What was asked.</param>
    /// <param name="names">The names that are known.</param>
    /// <param name="now">The time of the question.</param>
    /// <returns>The query, the length of a page, and whether it was given.</returns>
    public static (EventQuery Query, int Limit, bool IsLimited) Read(Parameters parameters, CatalogNames names, DateTimeOffset now)
    {
        var (from, to) = parameters.Range(now, From);
        var query = new EventQuery(
            parameters.Target(names),
            Kinds(parameters),
            from,
            to,
            parameters.Choice<SortOrder>(Order) == SortOrder.Desc,
            parameters.Cursor(Cursor.ToEvent));
        return (query, parameters.Int(Limit), parameters.IsGiven(Limit));
    }

    private static List<EventKind> Kinds(Parameters parameters)
    {
        var kinds = new List<EventKind>();
        foreach (var text in parameters.Texts(Kind))
        {
            if (ByName.TryGetValue(text, out var kind))
            {
                kinds.Add(kind);
                continue;
            }

            var shown = ParameterTexts.Shown(text);
            var meant = NameSuggestions.Suggestion(shown, ByName.Keys);
            parameters.Refuse(Kind, $"'{shown}' is not known{meant}write one of {string.Join(", ", ByName.Keys)}");
        }

        return kinds;
    }
}
