namespace MetricsCollector.Api.Http;

/// <summary>Waits for the first item before an answer starts, so that a store that cannot answer is a status and not half an
/// answer.</summary>
internal static class PrefetchedStream
{
    /// <summary>Reads the first item; the stream ends with the response.</summary>
    public static async Task<IAsyncEnumerable<T>> StartAsync<T>(
        IAsyncEnumerable<T> source, HttpResponse response, CancellationToken cancellationToken)
    {
        var items = source.GetAsyncEnumerator(cancellationToken);
        response.RegisterForDisposeAsync(items);
        var any = await items.MoveNextAsync();
        return Rest(items, any);
    }

    private static async IAsyncEnumerable<T> Rest<T>(IAsyncEnumerator<T> items, bool any)
    {
        while (any)
        {
            yield return items.Current;
            any = await items.MoveNextAsync();
        }
    }
}
