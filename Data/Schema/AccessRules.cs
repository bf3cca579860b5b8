namespace ProductionReady.Data.Schema;

/// <summary>What a role may do with a table.</summary>
/// <param name="Role">The role.</param>
/// <param name="Table">The table.</param>
/// <param name="Privileges">PostgreSQL's words, such as <c>SELECT</c>, in alphabetical order.</param>
public sealed record TableGrant(string Role, string Table, params IReadOnlyList<string> Privileges);

/// <summary>Lets a role call a function.</summary>
/// <param name="Role">The role.</param>
/// <param name="Function">Name and argument types, as PostgreSQL prints them.</param>
public sealed record FunctionGrant(string Role, string Function);

/// <summary>
/// Who may do what: the whole list, in one place. It is no history, so it is not spread over migrations: every
/// <c>up</c> and <c>down</c> makes the database's grants equal to it, also in a cluster whose roles were just made anew
/// after a restore, and <c>validate</c> compares them with it.
/// </summary>
public static class AccessRules
{
    private const string Select = "SELECT";
    private const string Insert = "INSERT";
    private const string Update = "UPDATE";
    private const string Delete = "DELETE";

    /// <summary>Grants on tables. What is not listed is not granted.</summary>
    public static IReadOnlyList<TableGrant> Tables { get; } =
    [
        new(DatabaseRoles.Lookup, "tenants", Select),
        new(DatabaseRoles.Lookup, "tenant_usage", Select),
        new(DatabaseRoles.Lookup, "job_leases", Select, Update),

        new(DatabaseRoles.Audit, "audit_entries", Delete, Insert, Select),
        new(DatabaseRoles.Audit, "audit_chains", Delete, Insert, Select, Update),
        new(DatabaseRoles.Audit, "tenant_placements", Select),

        new(DatabaseRoles.Api, "tenants", Insert, Select, Update),
        new(DatabaseRoles.Api, "users", Delete, Insert, Select, Update),
        new(DatabaseRoles.Api, "sessions", Insert, Select, Update),
        new(DatabaseRoles.Api, "refresh_tokens", Insert, Select, Update),
        new(DatabaseRoles.Api, "signing_keys", Insert, Select, Update),
        new(DatabaseRoles.Api, "revocations", Insert, Select),
        new(DatabaseRoles.Api, "roles", Delete, Insert, Select, Update),
        new(DatabaseRoles.Api, "invitations", Insert, Select, Update),
        new(DatabaseRoles.Api, "api_keys", Insert, Select, Update),
        new(DatabaseRoles.Api, "second_factors", Delete, Insert, Select, Update),
        new(DatabaseRoles.Api, "recovery_codes", Delete, Insert, Select, Update),
        new(DatabaseRoles.Api, "sign_in_challenges", Insert, Select, Update),
        new(DatabaseRoles.Api, "password_resets", Insert, Select, Update),
        new(DatabaseRoles.Api, "sign_in_throttles", Delete, Insert, Select, Update),
        new(DatabaseRoles.Api, "oidc_providers", Delete, Insert, Select, Update),
        new(DatabaseRoles.Api, "user_identities", Insert, Select, Update),
        new(DatabaseRoles.Api, "oidc_sign_ins", Insert, Select, Update),
        new(DatabaseRoles.Api, "contacts", Delete, Insert, Select, Update),
        new(DatabaseRoles.Api, "contact_allowances", Insert, Select, Update),
        new(DatabaseRoles.Api, "tenant_usage", Select),
        new(DatabaseRoles.Api, "tombstones", Select),
        new(DatabaseRoles.Api, "tenant_placements", Select),
        new(DatabaseRoles.Api, "idempotency_keys", Insert, Select, Update),
        new(DatabaseRoles.Api, "audit_entries", Select),
        new(DatabaseRoles.Api, "audit_chains", Select),
        new(DatabaseRoles.Api, "operation_requests", Insert, Select),
        new(DatabaseRoles.Api, "operation_health", Select),
        new(DatabaseRoles.Api, "published_backups", Select),
        new(DatabaseRoles.Api, "published_drills", Select),

        // Measures what tenants use, and erases them.
        new(DatabaseRoles.Worker, "tenants", Delete, Select, Update),
        new(DatabaseRoles.Worker, "tenant_usage", Delete, Insert, Select, Update),
        new(DatabaseRoles.Worker, "tombstones", Insert, Select, Update),
        new(DatabaseRoles.Worker, "tenant_placements", Select),
        new(DatabaseRoles.Worker, "users", Delete, Select),
        new(DatabaseRoles.Worker, "roles", Delete, Select),
        new(DatabaseRoles.Worker, "invitations", Delete, Select),
        new(DatabaseRoles.Worker, "api_keys", Delete, Select),
        new(DatabaseRoles.Worker, "second_factors", Delete, Select),
        new(DatabaseRoles.Worker, "recovery_codes", Delete, Select),
        new(DatabaseRoles.Worker, "contacts", Delete, Select),
        new(DatabaseRoles.Worker, "contact_allowances", Delete, Select),
        new(DatabaseRoles.Worker, "sessions", Delete, Select),
        new(DatabaseRoles.Worker, "refresh_tokens", Delete, Select),
        new(DatabaseRoles.Worker, "idempotency_keys", Delete, Select),
        new(DatabaseRoles.Worker, "revocations", Delete, Insert, Select),
        new(DatabaseRoles.Worker, "sign_in_challenges", Delete, Select),
        new(DatabaseRoles.Worker, "password_resets", Delete, Select),
        new(DatabaseRoles.Worker, "sign_in_throttles", Delete, Select),
        new(DatabaseRoles.Worker, "oidc_sign_ins", Delete, Select),
        new(DatabaseRoles.Worker, "oidc_providers", Delete, Select),
        new(DatabaseRoles.Worker, "user_identities", Delete, Select),
        new(DatabaseRoles.Worker, "audit_entries", Select),
        new(DatabaseRoles.Worker, "audit_chains", Select),
        new(DatabaseRoles.Worker, "job_leases", Delete, Insert, Select, Update),
        new(DatabaseRoles.Worker, "job_runs", Insert, Select, Update),
        new(DatabaseRoles.Worker, "operation_requests", Insert, Select, Update),
        new(DatabaseRoles.Worker, "operation_health", Delete, Insert, Select, Update),
        new(DatabaseRoles.Worker, "published_backups", Delete, Insert, Select, Update),
        new(DatabaseRoles.Worker, "published_drills", Delete, Insert, Select, Update),
    ];

    /// <summary>Grants on functions. PUBLIC may call none of the application's functions.</summary>
    public static IReadOnlyList<FunctionGrant> Functions { get; } =
    [
        new(DatabaseRoles.Api, "tenant_id_by_slug(text)"),
        new(DatabaseRoles.Worker, "tenant_id_by_slug(text)"),
        new(DatabaseRoles.Worker, "tenant_ids_after(uuid,integer)"),

        new(DatabaseRoles.Api, TenantLifeFunctions.Tenants.Signature),
        new(DatabaseRoles.Api, TenantLifeFunctions.Statistics.Signature),
        new(DatabaseRoles.Api, TenantLifeFunctions.SignUps.Signature),
        new(DatabaseRoles.Api, TenantLifeFunctions.HastenErasure.Signature),
        new(DatabaseRoles.Worker, TenantLifeFunctions.ToErase.Signature),
        new(DatabaseRoles.Worker, TenantLifeFunctions.Among.Signature),

        new(DatabaseRoles.Api, AuditFunctions.Append.Signature),
        new(DatabaseRoles.Worker, AuditFunctions.Append.Signature),
        new(DatabaseRoles.Worker, AuditFunctions.NoteVerified.Signature),
        new(DatabaseRoles.Worker, AuditFunctions.Erase.Signature),
        new(DatabaseRoles.Worker, AuditPartitions.Create.Signature),

        new(DatabaseRoles.Api, TenantMirror.Mirror.Signature),
        new(DatabaseRoles.Worker, TenantMirror.Mirror.Signature),

        // create_audit_partition runs as the owner and walks the tenants.
        new(DatabaseRoles.Owner, "tenant_ids_after(uuid,integer)"),
    ];

    /// <summary>Roles that may use the schema <c>public</c> and connect; the owner may also create in it.</summary>
    public static IReadOnlyList<string> SchemaUsers { get; } =
        [DatabaseRoles.Lookup, DatabaseRoles.Audit, DatabaseRoles.Api, DatabaseRoles.Worker, DatabaseRoles.Backup];
}
