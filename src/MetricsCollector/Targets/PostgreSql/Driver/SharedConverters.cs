// Npgsql marks how its plugins for types are written as experimental; they change with a version of Npgsql, not of PostgreSQL.
#pragma warning disable NPG9001

using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using Npgsql.Internal;
using Npgsql.Internal.Postgres;

namespace MetricsCollector.Targets.PostgreSql.Driver;

/// <summary>
/// Lets the data sources of all targets read with the same converters. Npgsql keeps a table of all its converters for each data
/// source, 29 kB, and every target is a data source of its own. Put before Npgsql's own, this asks for a converter once, from the
/// data source that needs it first, and gives it to the others, whose tables are then never made.
/// </summary>
internal sealed class SharedConverters : PgTypeInfoResolverFactory, IPgTypeInfoResolver
{
    private static readonly SharedConverters Instance = new();
    private readonly ConcurrentDictionary<(Type? Type, string Name, Encoding Encoding), PgTypeInfo> _known = new();

    // Npgsql asks its resolvers in order, so the one that asks it is asked again, on the same thread.
    [ThreadStatic]
    private static bool _asking;

    private SharedConverters()
    {
    }

    /// <summary>Puts them before Npgsql's own, which answer what these do not know yet.</summary>
    public static void AddTo(NpgsqlSlimDataSourceBuilder builder) => builder.AddTypeInfoResolverFactory(Instance);

    /// <inheritdoc />
    public override IPgTypeInfoResolver CreateResolver() => this;

    /// <inheritdoc />
    public override IPgTypeInfoResolver? CreateArrayResolver() => null;

    /// <inheritdoc />
    public PgTypeInfo? GetTypeInfo(Type? type, DataTypeName? dataTypeName, PgSerializerOptions options)
    {
        if (_asking || dataTypeName is not { } name)
        {
            return null;
        }

        var key = (type, name.Value, options.TextEncoding);
        if (!_known.TryGetValue(key, out var known))
        {
            if (Ask(type, name, options) is not { } found)
            {
                return null;
            }

            known = _known.GetOrAdd(key, found);
        }

        return Of(options, known, type, name);
    }

    private static PgTypeInfo? Ask(Type? type, DataTypeName name, PgSerializerOptions options)
    {
        _asking = true;
        try
        {
            return type is null ? options.GetDefaultTypeInfo(name) : options.GetTypeInfo(type, name);
        }
        finally
        {
            _asking = false;
        }
    }

    // What holds the converter belongs to one data source; the converter itself does not.
    private static PgTypeInfo Of(PgSerializerOptions options, PgTypeInfo known, Type? type, DataTypeName name)
    {
        if (ReferenceEquals(known.Options, options))
        {
            return known;
        }

        // Asked for objects, Npgsql wants to be told what is in them.
        var unboxed = type is null || type == known.Type ? null : known.Type;
        if (known is PgResolverTypeInfo several)
        {
            return new PgResolverTypeInfo(options, several.GetConverterResolver(), name, unboxed);
        }

        var converter = known.GetObjectResolution(null).Converter;
        var own = new PgTypeInfo(options, converter, name, unboxed);
        return own.Type == known.Type ? own : new PgTypeInfo(options, converter, name, known.Type);
    }
}
