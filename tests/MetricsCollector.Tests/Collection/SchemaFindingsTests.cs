using MetricsCollector.Snapshots;

namespace MetricsCollector.Tests.Collection;

/// <summary>A schema with one fault of each kind, and what is told of it.</summary>
[Trait("PostgreSQL", "each")]
public sealed class SchemaFindingsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Each_fault_is_told_and_nothing_else()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await TestCollector.RunAsync(
            database.ConnectionString,
            "CREATE TABLE a (id serial PRIMARY KEY, x int, y int, z text)",
            "CREATE INDEX a_x ON a (x)",
            "CREATE INDEX a_xy ON a (x, y)",
            "CREATE INDEX a_xd ON a (x DESC)",
            "CREATE INDEX a_low ON a (lower(z))",
            "CREATE INDEX a_low_again ON a ( lower( z ) )",
            "CREATE INDEX a_part ON a (y) WHERE x > 0",
            "CREATE TABLE b (id int PRIMARY KEY, aid int REFERENCES a, indexed int REFERENCES a)",
            "CREATE INDEX b_indexed ON b (indexed, id)",
            "CREATE INDEX a_pxy ON a (y) WHERE x > 1",
            "CREATE TABLE once (id int PRIMARY KEY, v int CONSTRAINT late UNIQUE DEFERRABLE)",
            "CREATE UNIQUE INDEX once_now ON once (v)",
            "CREATE TABLE part (id int PRIMARY KEY, aid int REFERENCES a)",
            "CREATE INDEX part_aid ON part (aid) WHERE aid IS NOT NULL",
            "CREATE TABLE parted (id int PRIMARY KEY, aid int REFERENCES a) PARTITION BY RANGE (id)",
            "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10)",
            "CREATE INDEX parted_1_aid ON parted_1 (aid)",
            "CREATE TABLE heap (aid int)",
            "ALTER TABLE heap ADD CONSTRAINT later CHECK (aid > 0) NOT VALID",
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER off BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION f()",
            "ALTER TABLE b DISABLE TRIGGER off",
            "SELECT setval('a_id_seq', 1500000000)",
            "INSERT INTO a (id, x) VALUES (1, 1), (2, 1)",
            "ALTER TABLE a SET (autovacuum_enabled = off, fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01)");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => TestCollector.RunAsync(database.ConnectionString, "CREATE UNIQUE INDEX CONCURRENTLY broken ON a (x)"));

        await using var collector = TestCollector.Of(database.ConnectionString, databases: database.Name);
        var collection = await collector.CollectAsync("schema_findings", "table_options");
        var findings = collection.Find("schema_findings");
        Assert.Equal((OutcomeStatus.Ok, (string?)null), (findings.Outcome.Status, findings.Outcome.Reason));
        Assert.Equal(
            [
                "covered_index a a_x: its columns are the first of a_xy",
                "disabled_trigger b off: ",
                "duplicate_index a a_low_again: the same as a_low",
                "foreign_key_without_index b b_aid_fkey: ",
                "invalid_index a broken: ",
                "key_near_end a id: ",
                "no_primary_key heap : ",
                "not_valid_constraint heap later: ",
            ],
            findings.Rows.Where(row => row.Labels["kind"] != "unused_index").Select(row =>
                $"{row.Labels["kind"]} {row.Labels["relname"]} {row.Labels["name"]}: "
                    + $"{row.Attributes?.GetValueOrDefault("detail")}").Order());
        Assert.Equal(1500000000 / 2147483647.0, findings.Value("used", ("kind", "key_near_end"))!.Value, 1e-9);
        var unused = findings.Rows.Where(row => row.Labels["kind"] == "unused_index")
            .ToDictionary(row => row.Labels["name"]!, row => row.Attributes?.GetValueOrDefault("detail"));
        Assert.Equal("constraint, unique", unused["b_pkey"]);
        Assert.Null(unused["a_xy"]);
        Assert.StartsWith(
            "CREATE INDEX a_xy ON public.a USING btree (x, y)",
            findings.Rows.First(row => row.Labels["name"] == "a_xy").Attributes!["definition"],
            StringComparison.Ordinal);

        var options = collection.Find("table_options");
        Assert.Equal("a", Assert.Single(options.Rows).Labels["relname"]);
        Assert.Equal(
            (70, 0, 0.01, (double?)null),
            (options.Value("fillfactor"), options.Value("autovacuum_enabled"), options.Value("autovacuum_vacuum_scale_factor"),
                options.Value("autovacuum_freeze_max_age")));
    }
}
