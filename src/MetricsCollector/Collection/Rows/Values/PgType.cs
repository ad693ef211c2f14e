namespace MetricsCollector.Collection.Rows.Values;

/// <summary>Object identifiers of PostgreSQL's built-in types, which are the same in every version (<c>pg_type.dat</c>).</summary>
internal static class PgType
{
    public const uint Bool = 16;
    public const uint Bytea = 17;
    public const uint Char = 18;
    public const uint Name = 19;
    public const uint Int8 = 20;
    public const uint Int2 = 21;
    public const uint Int4 = 23;
    public const uint Regproc = 24;
    public const uint Text = 25;
    public const uint Oid = 26;
    public const uint Tid = 27;
    public const uint Xid = 28;
    public const uint Cid = 29;
    public const uint Json = 114;
    public const uint Xml = 142;
    public const uint Cidr = 650;
    public const uint Float4 = 700;
    public const uint Float8 = 701;
    public const uint Unknown = 705;
    public const uint Macaddr8 = 774;
    public const uint Money = 790;
    public const uint Macaddr = 829;
    public const uint Inet = 869;
    public const uint Bpchar = 1042;
    public const uint Varchar = 1043;
    public const uint Date = 1082;
    public const uint Time = 1083;
    public const uint Timestamp = 1114;
    public const uint Timestamptz = 1184;
    public const uint Interval = 1186;
    public const uint Timetz = 1266;
    public const uint Bit = 1560;
    public const uint Varbit = 1562;
    public const uint Numeric = 1700;
    public const uint Regprocedure = 2202;
    public const uint Regtype = 2206;
    public const uint Uuid = 2950;
    public const uint PgLsn = 3220;
    public const uint Regconfig = 3734;
    public const uint Regdictionary = 3769;
    public const uint Jsonb = 3802;
    public const uint Regnamespace = 4089;
    public const uint Regrole = 4096;
    public const uint Regcollation = 4191;
    public const uint Xid8 = 5069;

    /// <summary>
    /// Whether a type names an object of the catalog, such as <c>regclass</c>: what is sent is the object's identifier alone.
    /// </summary>
    public static bool IsObjectName(uint type) =>
        type is Regproc or (>= Regprocedure and <= Regtype) or Regconfig or Regdictionary or Regnamespace or Regrole or Regcollation;

    /// <summary>Whether values of a type are sent as their text.</summary>
    public static bool IsText(uint type) => type is Text or Varchar or Bpchar or Name or Json or Xml or Unknown;
}
