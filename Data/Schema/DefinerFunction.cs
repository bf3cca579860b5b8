using Microsoft.EntityFrameworkCore.Migrations;

namespace ProductionReady.Data.Schema;

/// <summary>A function that runs with its owner's privileges, as the database must hold it.</summary>
/// <param name="Owner">Whose privileges; row-level security binds it like everybody.</param>
/// <param name="Signature">Name and argument types, as PostgreSQL prints them.</param>
/// <param name="Arguments">Names and types of the arguments.</param>
/// <param name="Returns">Type of the answer.</param>
/// <param name="Body">PL/pgSQL.</param>
public sealed record DefinerFunction(string Owner, string Signature, string Arguments, string Returns, string Body)
{
    /// <summary>Settings that hold while it runs, as <c>CREATE FUNCTION</c> takes them and <c>pg_proc.proconfig</c> shows them.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [("search_path", LookupFunction.SearchPath)];

    /// <summary>Name alone.</summary>
    public string Name => Signature[..Signature.IndexOf('(', StringComparison.Ordinal)];

    /// <summary>Makes it. To be run as <see cref="DatabaseRoles.Owner"/>, which it becomes again.</summary>
    internal string Create() => $"""
        CREATE FUNCTION {Name}({Arguments}) RETURNS {Returns}
            LANGUAGE plpgsql SECURITY DEFINER {string.Join(' ', Settings.Select(setting => $"SET {setting.Name} = {setting.Value}"))}
            AS $${Body}$$;
        RESET ROLE;
        ALTER FUNCTION {Signature} OWNER TO {Owner};
        SET LOCAL ROLE {DatabaseRoles.Owner};
        """;

    /// <summary>Takes it away again.</summary>
    internal string Drop() => $"""
        RESET ROLE;
        DROP FUNCTION {Signature};
        SET LOCAL ROLE {DatabaseRoles.Owner};
        """;
}

/// <summary>Definer functions in migrations.</summary>
internal static class DefinerFunctionMigrations
{
    /// <summary>Makes functions.</summary>
    public static void CreateFunctions(this MigrationBuilder migration, IEnumerable<DefinerFunction> functions)
    {
        foreach (var function in functions)
        {
            migration.Sql(function.Create());
        }
    }

    /// <summary>Takes them away again.</summary>
    public static void DropFunctions(this MigrationBuilder migration, IEnumerable<DefinerFunction> functions)
    {
        foreach (var function in functions)
        {
            migration.Sql(function.Drop());
        }
    }
}
