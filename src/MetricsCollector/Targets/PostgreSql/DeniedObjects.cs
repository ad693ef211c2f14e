using System.Text.RegularExpressions;
using MetricsCollector.Targets.PostgreSql.Driver;
using Npgsql;

namespace MetricsCollector.Targets.PostgreSql;

/// <summary>
/// Finds what a refused statement may not read. PostgreSQL names it in a sentence of the server's language, without its schema and
/// arguments; the catalogs of the database know which objects of that name our role lacks the privilege on.
/// </summary>
internal static partial class DeniedObjects
{
    private const string QuotationMarks = "\"'«»„“”‚‘’「」『』";

    /// <summary>The statement that lists the objects that a message or a statement may mean.</summary>
    public static Statement Lookup(PostgresException exception, string statement)
    {
        var text = $"{exception.MessageText}\n{exception.Hint}";

        // Names without quotation marks are folded.
        var spoken = $"{statement}\n{statement.ToLowerInvariant()}";
        return new Statement($"""
            WITH refused AS (
              SELECT {Grants.Literal(text)}::text AS message, {Grants.Literal(spoken)}::text AS statement
            ), relations AS (
              SELECT n.nspname, c.oid, c.relname, c.relkind = 'S' AS is_sequence,
                CASE WHEN c.relkind = 'v' THEN pg_catalog.pg_get_viewdef(c.oid) ELSE '' END AS definition
              FROM pg_catalog.pg_class AS c
              JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
              CROSS JOIN refused AS r
              WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p', 'S')
                AND (pg_catalog.strpos(r.message, c.relname) > 0 OR pg_catalog.strpos(r.statement, c.relname) > 0)
                AND NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')
            ), functions AS (
              SELECT n.nspname, p.oid, p.proname, ARRAY(
                  SELECT CASE WHEN tn.nspname = 'pg_catalog' THEN pg_catalog.format_type(t.oid, NULL)
                              ELSE pg_catalog.format('%I.%I', tn.nspname, t.typname) END
                  FROM pg_catalog.unnest(p.proargtypes) WITH ORDINALITY AS a (type, place)
                  JOIN pg_catalog.pg_type AS t ON t.oid = a.type
                  JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.typnamespace
                  ORDER BY a.place) AS arguments
              FROM pg_catalog.pg_proc AS p
              JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
              CROSS JOIN refused AS r
              WHERE (pg_catalog.strpos(r.message, p.proname) > 0 OR pg_catalog.strpos(r.statement, p.proname) > 0
                  OR EXISTS (SELECT FROM relations AS v WHERE pg_catalog.strpos(v.definition, p.proname || '(') > 0))
                AND NOT pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
            )
            SELECT 'relation'::text AS kind, nspname::text AS schema_name, relname::text AS object_name,
              pg_catalog.format('SELECT ON %s%I.%I', CASE WHEN is_sequence THEN 'SEQUENCE ' ELSE '' END, nspname, relname) AS privilege,
              pg_catalog.has_table_privilege('pg_monitor', oid, 'SELECT') AS of_monitor
            FROM relations
            UNION ALL
            SELECT 'function', nspname, proname,
              pg_catalog.format('EXECUTE ON FUNCTION %I.%I(%s)', nspname, proname, pg_catalog.array_to_string(arguments, ', ')),
              pg_catalog.has_function_privilege('pg_monitor', oid, 'EXECUTE')
            FROM functions
            UNION ALL
            SELECT 'inside', v.nspname, v.relname,
              pg_catalog.format('EXECUTE ON FUNCTION %I.%I(%s)', f.nspname, f.proname, pg_catalog.array_to_string(f.arguments, ', ')),
              pg_catalog.has_function_privilege('pg_monitor', f.oid, 'EXECUTE')
            FROM relations AS v
            JOIN functions AS f ON pg_catalog.strpos(
              v.definition,
              CASE WHEN f.nspname = 'pg_catalog' THEN f.proname || '(' ELSE pg_catalog.format('%I.%I(', f.nspname, f.proname) END) > 0
            UNION ALL
            SELECT 'schema', '', n.nspname, pg_catalog.format('USAGE ON SCHEMA %I', n.nspname),
              pg_catalog.has_schema_privilege('pg_monitor', n.oid, 'USAGE')
            FROM pg_catalog.pg_namespace AS n, refused AS r
            WHERE (pg_catalog.strpos(r.message, n.nspname) > 0 OR EXISTS (SELECT FROM relations AS c WHERE c.nspname = n.nspname)
                OR EXISTS (SELECT FROM functions AS f WHERE f.nspname = n.nspname))
              AND NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
            UNION ALL
            SELECT 'database', '', d.datname, pg_catalog.format('CONNECT ON DATABASE %I', d.datname), true
            FROM pg_catalog.pg_database AS d, refused AS r
            WHERE pg_catalog.strpos(r.message, d.datname) > 0 AND NOT pg_catalog.has_database_privilege(d.oid, 'CONNECT')
            UNION ALL
            SELECT 'tablespace', '', t.spcname, pg_catalog.format('CREATE ON TABLESPACE %I', t.spcname), true
            FROM pg_catalog.pg_tablespace AS t, refused AS r
            WHERE pg_catalog.strpos(r.message, t.spcname) > 0 AND NOT pg_catalog.has_tablespace_privilege(t.oid, 'CREATE')
            UNION ALL
            SELECT 'server', '', s.srvname, pg_catalog.format('USAGE ON FOREIGN SERVER %I', s.srvname), false
            FROM pg_catalog.pg_foreign_server AS s, refused AS r
            WHERE pg_catalog.strpos(r.message, s.srvname) > 0 AND NOT pg_catalog.has_server_privilege(s.oid, 'USAGE')
            UNION ALL
            SELECT 'role', '', o.rolname, pg_catalog.quote_ident(o.rolname), pg_catalog.pg_has_role('pg_monitor', o.oid, 'USAGE')
            FROM pg_catalog.pg_roles AS o, refused AS r
            WHERE o.rolname LIKE 'pg\_%' AND pg_catalog.strpos(r.message, o.rolname) > 0 AND NOT pg_catalog.pg_has_role(o.oid, 'USAGE')
            LIMIT 1000
            """);
    }

    /// <summary>Reads the answer to <see cref="Lookup"/>.</summary>
    public static async Task<IReadOnlyList<DeniedObject>> ReadAsync(IAnswer answer, CancellationToken cancellationToken)
    {
        var objects = new List<DeniedObject>();
        while (await answer.ReadAsync(cancellationToken))
        {
            objects.Add(new DeniedObject(Text(0), Text(1), Text(2), Text(3), answer.Bytes(4)[0] != 0));
        }

        return objects;

        string Text(int column) => ServerText.Read(answer.Bytes(column));
    }

    /// <summary>The GRANTs that let our role read what a statement was refused; null when nothing is found.</summary>
    /// <param name="candidates">What <see cref="Lookup"/> found.</param>
    /// <param name="exception">The refusal.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="facts">Who we are.</param>
    public static string? Remedy(IReadOnlyList<DeniedObject> candidates, PostgresException exception, string statement, ServerFacts facts)
    {
        var denied = Meant(candidates, exception, statement);

        // Who may use the schema at last is refused its tables and functions next, who may read a table the others that the statement
        // names, and who may read a view the functions that it calls.
        var also = candidates.Where(found => denied.Count > 0 && IsSpokenOf(found))
            .Concat(denied.SelectMany(first => candidates.Where(found => first.Kind switch
            {
                "schema" => found.Kind is "relation" or "function" && found.Schema == first.Name && Mentions(statement, found.Name),
                "relation" => IsInside(found, first),
                _ => false,
            })))
            .ToList();
        also.AddRange([.. also.Where(first => first.Kind == "relation").SelectMany(first => InsideOf(first))]);
        var schemas = candidates.Where(found => found.Kind == "schema"
            && denied.Concat(also).Any(inside => inside.Schema == found.Name));
        var monitor = !facts.PredefinedRoles.Contains("pg_monitor");
        var grants = schemas.Concat(denied).Concat(also)
            .Select(Grant)
            .Distinct()
            .ToList();
        return grants.Count > 0 ? string.Join("; ", grants)

            // Some functions ask for one of its rights without naming anything that could be granted.
            : monitor ? Grants.OfRole("pg_monitor", facts) : null;

        string Grant(DeniedObject found) => found.OfMonitor && monitor
            ? Grants.OfRole("pg_monitor", facts)
            : $"GRANT {found.Privilege} TO {Grants.Quote(facts.RoleName)}";

        bool IsSpokenOf(DeniedObject found) =>
            found.Kind is "relation" or "function" && QualifiedName.IsIn(statement, found.Schema, found.Name, found.Kind == "function");

        IEnumerable<DeniedObject> InsideOf(DeniedObject view) => candidates.Where(found => IsInside(found, view));

        static bool IsInside(DeniedObject found, DeniedObject view) =>
            found.Kind == "inside" && (found.Schema, found.Name) == (view.Schema, view.Name);
    }

    private static List<DeniedObject> Meant(IReadOnlyList<DeniedObject> candidates, PostgresException exception, string statement)
    {
        var kind = KindOf(EnglishKind().Match(exception.MessageText).Groups["kind"].Value);
        var hints = $"{exception.MessageText}\n{exception.Hint}";
        var named = candidates
            .Where(found => kind is null ? found.Kind != "inside" : found.Kind == kind)
            .Where(found => found.Kind == "role" ? Mentions(hints, found.Name) : IsNamed(exception.MessageText, found.Name))
            .ToList();
        if (named.Count == 0)
        {
            return [];
        }

        // A name that contains another is the one that is meant. Of the same name in several schemas, those that the statement speaks of.
        var longest = named.Max(found => found.Name.Length);
        named = [.. named.Where(found => found.Name.Length == longest)];
        var spoken = named.Where(found => found.Schema.Length > 0 && Mentions(statement, found.Schema)).ToList();
        return spoken.Count > 0 ? spoken : named;
    }

    // English messages end with the name; others put it between the quotation marks of their language.
    private static bool IsNamed(string message, string name) =>
        message.EndsWith(' ' + name, StringComparison.Ordinal)
        || QuotationMarks.Any(mark => message.Contains($"{mark}{name}", StringComparison.Ordinal))
        || (!message.Contains("permission denied for", StringComparison.Ordinal) && Mentions(message, name));

    private static bool Mentions(string text, string name)
    {
        var comparison = QualifiedName.IsFolded(name) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        for (var at = text.IndexOf(name, comparison); at >= 0; at = text.IndexOf(name, at + 1, comparison))
        {
            var end = at + name.Length;
            if ((at == 0 || !IsOfName(text[at - 1])) && (end == text.Length || !IsOfName(text[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfName(char character) => char.IsLetterOrDigit(character) || character is '_' or '$';

    private static string? KindOf(string word) => word switch
    {
        "" => null,
        "function" or "procedure" or "aggregate" => "function",
        "schema" or "database" or "tablespace" => word,
        "foreign server" => "server",
        _ => "relation",
    };

    [GeneratedRegex(
        "^permission denied for (?<kind>function|procedure|aggregate|schema|database|tablespace|foreign server"
            + "|sequence|table|foreign table|view|materialized view) ",
        RegexOptions.NonBacktracking)]
    private static partial Regex EnglishKind();
}
