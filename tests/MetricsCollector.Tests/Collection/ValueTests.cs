using System.Globalization;
using MetricsCollector.Snapshots;
using Npgsql;

namespace MetricsCollector.Tests.Collection;

/// <summary>Values of PostgreSQL's types as labels and as numbers, against what PostgreSQL itself writes and computes.</summary>
[Trait("PostgreSQL", "each")]
public sealed class ValueTests(PostgresFixture postgres)
{
    // What a label or an attribute shows is PostgreSQL's own text of these.
    private static readonly string[] Texts =
    [
        @"'\xdeadbeef'::bytea", @"''::bytea", "B'101'", "B'1010101011'::varbit", "''::varbit", "'a'::name", "12345::oid", "'5'::xid8",
        "'18446744073709551615'::xid8",
        "'7'::xid", "'(4294967295,7)'::tid", "'0/0'::pg_lsn", "'FFFFFFFF/1'::pg_lsn", "'10.0.0.1'::inet", "'10.0.0.1/8'::inet",
        "'::1'::inet", "'2001:db8::/32'::cidr", "'10.0.0.0/8'::cidr",
        "'08:00:2b:01:02:03'::macaddr", "'08:00:2b:01:02:03:04:05'::macaddr8", "'12345678-1234-1234-1234-123456789abc'::uuid",
        "'{\"a\" : 1}'::json", "'{\"a\": 1}'::jsonb", "'<a/>'::xml",
        "'2026-11-22'::date", "'0044-03-15 BC'::date", "'0001-01-01'::date", "'0001-12-31 BC'::date", "'4713-01-01 BC'::date",
        "'5874897-12-31'::date", "'infinity'::date", "'-infinity'::date",
        "'24:00'::time", "'15:07:40.123456'::time", "'00:00:00.5'::time", "'15:07:40.1+02'::timetz", "'15:07:40-05:30'::timetz",
        "'15:07:40+00:00:07'::timetz",
        "'2026-11-22 15:07:40.123456'::timestamp", "'2026-11-22 15:07:40'::timestamp", "'0044-03-15 12:00 BC'::timestamp",
        "'294276-12-31 23:59:59.999999'::timestamp", "'infinity'::timestamp", "'-infinity'::timestamp",
        "'infinity'::timestamptz", "'1 day 02:03:04'::interval", "'1 year -2 mons +3 days -04:05:06.789'::interval",
        "'-1 day +00:00:01'::interval", "'-14 mons'::interval", "'0'::interval", "'1.5 years'::interval",
        "'-178000000 years'::interval", "'100000:00:00.000001'::interval", "1.50::numeric", "'NaN'::numeric", "'Infinity'::numeric",
        "'-Infinity'::numeric", "0::numeric", "0.00::numeric", "-0.000012::numeric", "12345678901234567890123456789012345678901.5::numeric",
        "(1 / 3::numeric) * (1 / 3::numeric)", "10000::numeric", "100000000::numeric", "1e-20::numeric", "round(2.5::numeric, 29)",
        "9999.9999::numeric", "1e40::numeric",
        "0.1::float8", "1e15::float8", "123456789012345::float8", "1e14::float8", "1e-5::float8", "0.0001::float8", "1.5e300::float8",
        "5e-324::float8", "-0.0::float8", "'NaN'::float8", "'-Infinity'::float8", "0::float8", "100::float8",
        "0.1::float4", "1e6::float4", "123456::float4", "1e-5::float4", "3.4028235e38::float4", "16777216::float4", "(-32768)::int2",
        // Halfway between two numbers, ending in zeros; just above a power of two.
        "'100663296'::float4", "'-326378816'::float4", "8.634080536958799e17::float8", "2.9802322387695312e-08::float8",
        "4.1045368012983762e-289::float8",
        "(-2147483648)::int4", "(-9223372036854775808)::int8",
    ];

    // What a field reads is what PostgreSQL's own conversion says: float8 where there is a cast, else seconds.
    private static readonly (string Expression, string Number)[] Numbers =
    [
        .. new[]
        {
            "(1 / 3::numeric) * (1 / 3::numeric)", "1 / 3::numeric", "round(2.5::numeric, 29)", "'NaN'::numeric", "'Infinity'::numeric",
            "'-Infinity'::numeric", "9223372036854775808::numeric", "1e300::numeric", "1e-300::numeric",
            "12345678901234567890123456789012345678901.123456789::numeric", "-0.1::numeric", "0.00::numeric", "9007199254740993::numeric",
            "9223372036854775807::int8", "7::int2", "7::int4", "0.1::float4", "'NaN'::float8", "'-Infinity'::float8",
        }.Select(expression => (expression, $"({expression})::float8")),
        .. new[]
        {
            "'1 mon'::interval", "'1 year 2 mons 3 days 04:05:06.789'::interval", "'-5 years -1 mons'::interval",
            "'00:00:00.000001'::interval", "'2026-11-22 15:07:40.123456+00'::timestamptz", "'0044-03-15 12:00 BC'::timestamp",
            "'infinity'::timestamptz",
            "'2026-11-22'::date", "'0044-03-15 BC'::date", "'24:00'::time", "'15:07:40+02'::timetz",
        }.Select(expression => (expression, $"extract(epoch FROM {expression})::float8")),
        ("true", "1::float8"), ("'18446744073709551615'::xid8", "18446744073709551615::float8"),
        ("'4294967295'::oid", "4294967295::float8"), ("'7'::xid", "7::float8"), ("'12.34'::money", "12.34::float8"),
    ];

    [Fact]
    public async Task A_text_is_PostgreSQL_s_own()
    {
        // What psql shows: a cast to text differs for some types, such as an address without its netmask.
        var expected = await ReadAsync($"SET datestyle = 'ISO'; SELECT {string.Join(", ", Texts.Select(text => $"format('%s', {text})"))}");
        await using var collector = new FileCollector(postgres.ConnectionString, [Typed(Texts)], "typed");
        var snapshot = await collector.CollectAsync("typed");
        Assert.Equal(Outcome.Ok, snapshot.Outcome);
        Assert.Equal(Texts.Zip(expected), Texts.Select((text, i) => (text, snapshot.Rows[0].Attributes![$"l{i}"])));
    }

    [Theory]
    [InlineData("'2026-11-22 15:07:40.123456+00'", "2026-11-22T15:07:40.123456Z")]
    [InlineData("'2026-11-22 15:07:40+02'", "2026-11-22T13:07:40Z")]
    [InlineData("'0044-03-15 12:00:00.5+00 BC'", "0044-03-15T12:00:00.5Z BC")]
    [InlineData("'1969-12-31 23:59:59.999999+00'", "1969-12-31T23:59:59.999999Z")]
    public async Task An_instant_is_written_after_RFC_3339_with_all_its_microseconds(string instant, string text)
    {
        await using var collector = new FileCollector(postgres.ConnectionString, [Typed([$"{instant}::timestamptz"])], "typed");
        Assert.Equal(text, (await collector.CollectAsync("typed")).Rows[0].Attributes!["l0"]);
    }

    [Fact]
    public async Task A_field_reads_what_PostgreSQL_converts_it_to()
    {
        var expected = await ReadAsync($"SELECT {string.Join(", ", Numbers.Select(number => number.Number))}");
        await using var collector = new FileCollector(
            postgres.ConnectionString,
            [FileCollector.File(
                "numbers",
                "SELECT " + string.Join(", ", Numbers.Select((number, i) => $"{number.Expression} AS f{i}")),
                [.. Numbers.Select((_, i) => $"-- gauge f{i} things: Value.")])],
            "numbers");
        var snapshot = await collector.CollectAsync("numbers");
        Assert.Equal(Outcome.Ok, snapshot.Outcome);
        Assert.Equal(
            Numbers.Zip(expected, (number, text) => (number.Expression, double.Parse(text, CultureInfo.InvariantCulture))),
            Numbers.Select((number, i) => (number.Expression, snapshot.Rows[0].Readings[i]!.Value)));
    }

    [Fact]
    public async Task Numbers_and_times_of_any_size_read_as_PostgreSQL_writes_them()
    {
        const string Random =
            """
            SELECT n::text AS n,
                   (random() - 0.5)::numeric * power(10::numeric, (n % 61 - 30)::numeric) * power(random()::numeric, 3) AS a,
                   ((random() - 0.5) * power(10::float8, n % 601 - 300)) AS b,
                   ((random() - 0.5) * power(10::float8, n % 61 - 30))::float4 AS c,
                   '2000-01-01'::timestamp + (random() - 0.3) * '20000 years'::interval * (n % 2) AS d,
                   (random() - 0.5) * '9 years 7 mons 5 days'::interval + (n % 3 - 1) * '11:12:13.000001'::interval AS e,
                   ('2000-01-01'::date + ((random() - 0.3) * 2000000)::int) AS f,
                   power(2::float8, n * 4 - 1025) AS g,
                   power(2::float8, n % 270 - 145)::float4 AS h,
                   (n * 6424864::int8)::float4 AS i,
                   (n * 1724576812345678::int8)::float8 AS j
            FROM (SELECT setseed(0.42)) AS seed, generate_series(1, 500) AS n
            """;
        string[] columns = ["n", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        string[] header = [.. columns.Select(column => $"-- label {column}: L."), .. columns[1..].Select(
            column => $"-- label {column}_text: T."), "-- gauge v things: V.", "-- gauge a_near things: N.",
                "-- gauge a_number things: N."];
        await using var collector = new FileCollector(
            postgres.ConnectionString,
            [FileCollector.File(
                "random",
                $"SELECT *, {string.Join(", ", columns[1..].Select(column => $"{column}::text AS {column}_text"))}, 1 AS v, a AS "
                    + $"a_number, a::float8 AS a_near FROM ({Random}) AS r",
                header)],
            "random");
        var snapshot = await collector.CollectAsync("random");
        Assert.Equal((Outcome.Ok, 500), (snapshot.Outcome, snapshot.Rows.Count));
        Assert.All(
            snapshot.Rows,
            row => Assert.Equal(
                columns[1..].Select(column => row.Labels[$"{column}_text"]), columns[1..].Select(column => row.Labels[column])));
        Assert.All(snapshot.Rows, row => Assert.Equal(row.Readings[1], row.Readings[2]));
    }

    [Fact]
    public async Task A_number_beyond_float8_is_null_and_told()
    {
        await using var collector = new FileCollector(
            postgres.ConnectionString,
            [FileCollector.File("big", "SELECT 1e400::numeric AS v, 1 AS w", "-- gauge v things: V.", "-- gauge w things: W.")],
            "big");
        var snapshot = await collector.CollectAsync("big");
        Assert.Equal([null, 1], snapshot.Rows[0].Readings);
        Assert.Equal(Outcome.Partial("the column v holds a number beyond the range of float8"), snapshot.Outcome);
    }

    [Theory]
    [InlineData("'0/16B3748'::pg_lsn")]
    [InlineData("B'101'")]
    [InlineData("'7'::\"char\"")]
    [InlineData("'pg_class'::regclass")]
    [InlineData("'42'::text")]
    [InlineData("'42'::json")]
    [InlineData("'42'::jsonb")]
    public async Task The_remedy_for_a_column_that_is_no_number_works(string expression)
    {
        await using var collector = new FileCollector(
            postgres.ConnectionString, [FileCollector.File("wrong", $"SELECT {expression} AS v", "-- gauge v things: V.")], "wrong");
        var snapshot = await collector.CollectAsync("wrong");
        Assert.Null(snapshot.Rows[0].Readings[0]);
        var remedy = snapshot.Outcome.Reason!.Split("; ")[1];
        var mended = remedy switch
        {
            "select v - '0/0'::pg_lsn, its bytes" => $"{expression} - '0/0'::pg_lsn",
            "cast it to text and then to float8" => $"({expression})::text::float8",
            _ => $"({expression})::{remedy["cast it to ".Length..]}",
        };
        await using var again = new FileCollector(
            postgres.ConnectionString, [FileCollector.File("right", $"SELECT {mended} AS v", "-- gauge v things: V.")], "right");
        var right = await again.CollectAsync("right");
        Assert.Equal(Outcome.Ok, right.Outcome);
        Assert.NotNull(right.Rows[0].Readings[0]);
    }

    [Fact]
    public async Task Every_type_of_PostgreSQL_is_read_as_a_label_or_told_with_a_remedy_and_costs_no_other_metric()
    {
        var types = await ReadAllAsync(
            "SELECT format_type(oid, NULL) FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') "
                + "ORDER BY oid");
        Assert.True(types.Count > 100);
        await using var collector = new FileCollector(
            postgres.ConnectionString,
            types.SelectMany((type, i) => new[]
            {
                FileCollector.File($"label{i}", $"SELECT {Example(type)} AS l, 1 AS v", "-- label l: L.", "-- gauge v things: V."),
                FileCollector.File($"gauge{i}", $"SELECT {Example(type)} AS v, 1 AS w", "-- gauge v things: V.", "-- gauge w things: W."),
            }),
            "label*,gauge*");
        var collection = await collector.CollectAsync();
        Assert.Null(collection.Unreachable);
        for (var i = 0; i < types.Count; i++)
        {
            var (label, gauge) = (FileCollector.Find(collection, $"label{i}"), FileCollector.Find(collection, $"gauge{i}"));
            Assert.True(
                label.Outcome.Status == OutcomeStatus.Ok || label.Outcome.Reason!.Contains("cast it to text", StringComparison.Ordinal),
                $"{types[i]}: {label.Outcome}");
            Assert.True(
                gauge.Outcome.Status == OutcomeStatus.Ok || gauge.Outcome.Reason!.Contains("; ", StringComparison.Ordinal),
                $"{types[i]}: {gauge.Outcome}");
            Assert.DoesNotContain(
                "System.",
                label.Rows.Count == 0 ? string.Empty : string.Concat(label.Rows.Select(row => row.Labels.ToString())),
                StringComparison.Ordinal);
        }
    }

    private static string[] Typed(string[] expressions) =>
        FileCollector.File(
            "typed",
            "SELECT 1 AS v, " + string.Join(", ", expressions.Select((text, i) => $"{text} AS l{i}")),
            ["-- gauge v things: V.", .. expressions.Select((_, i) => $"-- attribute l{i}: L.")]);

    // A value of a type, where one is available.
    private static string Example(string type) => type switch
    {
        "bit" => "B'1'",
        "aclitem" => "(SELECT (aclexplode_source.a)[1] FROM (SELECT acldefault('r', 10) AS a) AS aclexplode_source)",
        "boolean" => "true",
        "integer" or "bigint" or "smallint" or "numeric" or "oid" or "xid" or "cid" or "xid8" or "real" or "double precision" or "money" =>
            $"'1'::{type}",
        "text" or "name" or "character varying" or "character" or "json" or "jsonb" or "\"char\"" => $"'1'::{type}",
        "date" or "timestamp without time zone" or "timestamp with time zone" => $"'2026-11-22'::{type}",
        "point" => "'(1,2)'::point",
        "inet" or "cidr" => $"'10.0.0.1'::{type}",
        "tsvector" or "tsquery" => $"'a'::{type}",
        _ when type.EndsWith("multirange", StringComparison.Ordinal) => $"'{{}}'::{type}",
        _ when type.EndsWith("range", StringComparison.Ordinal) => $"'empty'::{type}",
        _ when type.EndsWith("[]", StringComparison.Ordinal) || type.EndsWith("multirange", StringComparison.Ordinal) => $"'{{}}'::{type}",
        _ => $"NULL::{type}",
    };

    private async Task<List<string>> ReadAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!)];
    }

    private async Task<List<string>> ReadAllAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var all = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            all.Add(reader.GetString(0));
        }

        return all;
    }
}
