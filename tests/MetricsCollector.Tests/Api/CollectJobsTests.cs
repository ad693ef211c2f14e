

using MetricsCollector.Collection.CollectNow;
using MetricsCollector.Snapshots;
using MetricsCollector.Tests.Storage;

namespace MetricsCollector.Tests.Api;

[Trait("PostgreSQL", "any")]
public sealed class CollectJobsTests
{
    private const int Rows = 1000;
    private const int Fields = 100;

    // What the readings alone take.
    private const long LeastBytes = Rows * Fields * 16;

    [Fact]
    public async Task Results_are_bounded_in_bytes_and_the_newest_stay()
    {
        var jobs = new CollectJobs(TimeProvider.System);
        var ids = new List<Guid>();
        for (var i = 0; i < 100; i++)
        {
            var (job, known) = jobs.Start($"key{i}", "question", () => Task.FromResult(Result()));
            Assert.False(known);
            await job.Collections;
            ids.Add(job.Id);
        }

        await Eventually.TrueAsync(
            () => Task.FromResult(ids.Count(id => jobs.Find(id) is not null) * LeastBytes <= CollectJobs.MaxBytes),
            "the older ones are forgotten");
        var kept = ids.Select(id => jobs.Find(id) is not null).ToList();
        Assert.Equal(kept.Order(), kept);
        Assert.InRange(kept.Count(one => one), 2, 99);
        Assert.Equal(ids[^1], jobs.Newest()!.Id);
        Assert.Equal(kept, Enumerable.Range(0, 100).Select(i => jobs.Find($"key{i}") is not null));

        // What was forgotten is done again.
        Assert.False(jobs.Start("key0", "question", () => Task.FromResult(Result())).Known);
        Assert.True(jobs.Start("key99", "question", () => Task.FromResult(Result())).Known);
    }

    [Fact]
    public async Task One_result_beyond_the_bound_can_still_be_fetched()
    {
        var jobs = new CollectJobs(TimeProvider.System);
        var huge = Enumerable.Repeat(Result()[0], (int)(CollectJobs.MaxBytes / LeastBytes) + 2).ToList();
        var (job, _) = jobs.Start(null, "question", () => Task.FromResult<IReadOnlyList<(CollectionRun, bool)>>(huge));
        await job.Collections;
        await Eventually.TrueAsync(() => Task.FromResult(jobs.Find(job.Id) is not null), "it is there");
        var (failed, _) = jobs.Start(
            null, "question", () => Task.FromException<IReadOnlyList<(CollectionRun, bool)>>(new InvalidOperationException("It broke.")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failed.Collections);
        Assert.NotNull(jobs.Find(failed.Id));
    }

    private static IReadOnlyList<(CollectionRun Collection, bool Stored)> Result()
    {
        string[] fields = [.. Enumerable.Range(0, Fields).Select(field => $"f{field}")];
        return [(TestCollections.Collected("db1", TestCollections.Noon, TestCollections.Snapshot(
            "database", fields, [.. Enumerable.Range(0, Rows).Select(row => TestCollections.Row($"d{row}", new double?[Fields]))])), true)];
    }
}
