namespace ProductionReady.Data.Schema;

/// <summary>A role of the PostgreSQL cluster that the application relies on.</summary>
/// <param name="Name">Name of the role.</param>
/// <param name="Login">Whether one can log in as it; such a role has a password.</param>
/// <param name="SeesAllTenants">Whether row-level security is off for it, and it may replicate: backups alone.</param>
public sealed record DatabaseRole(string Name, bool Login, bool SeesAllTenants = false)
{
    /// <summary>Roles of PostgreSQL's own that it is a member of.</summary>
    public IReadOnlyList<string> MemberOf { get; init; } = [];

    /// <summary>Its attributes, as CREATE ROLE and ALTER ROLE take them.</summary>
    public string Attributes =>
        $"{(Login ? "LOGIN" : "NOLOGIN")} {(SeesAllTenants ? "REPLICATION BYPASSRLS" : "NOREPLICATION NOBYPASSRLS")} NOSUPERUSER NOCREATEDB NOCREATEROLE";
}

/// <summary>The application's roles. They belong to the cluster, so databases of one cluster share them.</summary>
public static class DatabaseRoles
{
    /// <summary>Owns every table; nobody logs in as it, migrations become it.</summary>
    public const string Owner = "app_owner";

    /// <summary>Owns the functions that look across tenants.</summary>
    public const string Lookup = "app_lookup";

    /// <summary>Owns the functions that write the audit trail.</summary>
    public const string Audit = "app_audit";

    /// <summary>The Api.</summary>
    public const string Api = "app_api";

    /// <summary>The Worker.</summary>
    public const string Worker = "app_worker";

    /// <summary>
    /// Takes backups. It bypasses row-level security because pg_dump must see all rows; a physical backup, which this role
    /// may take too, holds them anyway.
    /// </summary>
    public const string Backup = "app_backup";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DatabaseRole> All { get; } =
    [
        new(Owner, Login: false),
        new(Lookup, Login: false),
        new(Audit, Login: false),
        new(Api, Login: true),
        new(Worker, Login: true),
        new(Backup, Login: true, SeesAllTenants: true) { MemberOf = ["pg_read_all_data"] },
    ];
}
