namespace ProductionReady.Data.Schema;

/// <summary>A function that looks across tenants, as the database must hold it.</summary>
/// <param name="Signature">Name and argument types, as PostgreSQL prints them.</param>
/// <param name="Arguments">Names and types of the arguments.</param>
/// <param name="Returns">Type of the answer.</param>
/// <param name="Body">One SQL statement.</param>
public sealed record LookupFunction(string Signature, string Arguments, string Returns, string Body)
{
    /// <summary>Where its names are looked up: never in a schema that a caller could put first.</summary>
    public const string SearchPath = "pg_catalog, public";

    /// <summary>Name alone.</summary>
    public string Name => Signature[..Signature.IndexOf('(', StringComparison.Ordinal)];
}
