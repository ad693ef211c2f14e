using MetricsCollector.Collection.Rows;
using MetricsCollector.Targets;

namespace MetricsCollector.Collection.Collections;

/// <content>Samples between the collections, over the connection that is there.</content>
internal sealed partial class CollectionRunner
{
    /// <summary>Takes a sample of what the last collection read, if there is a connection.</summary>
    /// <param name="missed">How many samples were due since the last one, because a collection ran.</param>
    /// <param name="stopping">Breaks it off.</param>
    public async Task SampleAsync(int missed, CancellationToken stopping)
    {
        for (; missed > 0; missed--)
        {
            _memory.Sampling.Skip();
        }

        if (_memory.Sampling.Query is not { } query)
        {
            return;
        }

        if (!_session.IsOpen)
        {
            _memory.Sampling.Skip();
            return;
        }

        var asked = time.GetTimestamp();
        var reader = new RowReader(query, null, new AnswerBudget());
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(limits.Timeout);
        var failure = await _session.SampleAsync(
            new Statement(query.Sql), (answer, token) => reader.ReadAsync(answer, [], token), deadline.Token);
        if (failure is null)
        {
            _memory.Sampling.Add(reader.Answer(TimeSpan.Zero).Rows, Steady(asked), time.GetElapsedTime(asked));
        }
        else
        {
            _memory.Sampling.Skip();
        }
    }

    /// <summary>The snapshots of the last collection are stored.</summary>
    public void Stored() => _memory.Sampling.Stored();

    private TimeSpan Steady(long timestamp) => time.GetElapsedTime(0, timestamp);
}
