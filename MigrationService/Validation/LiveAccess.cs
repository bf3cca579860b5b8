namespace ProductionReady.MigrationService.Validation;

/// <summary>
/// Questions to the catalog about row-level security, functions, roles and grants; each answers rows of subject and
/// value, in the words of <see cref="AccessFacts"/>. Every role may ask them. What an owner may do with its own is left out.
/// </summary>
internal static class LiveAccess
{
    private const string Grantee = "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END";
    private const string Privileges = "string_agg(DISTINCT a.privilege_type, ', ' ORDER BY a.privilege_type)";

    public static IReadOnlyList<string> Questions { get; } =
    [
        """
        SELECT 'row security ' || c.relname, CASE WHEN NOT c.relrowsecurity THEN 'forced but not enabled'
                                                  WHEN c.relforcerowsecurity THEN 'forced' ELSE 'enabled but not forced' END
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        WHERE (c.relrowsecurity OR c.relforcerowsecurity) AND NOT c.relispartition
        """,
        """
        SELECT 'policy ' || tablename || '.' || policyname,
               permissive || ' ' || cmd || ' to ' || array_to_string(roles, ', ')
               || ' using ' || coalesce(qual, 'none') || ' with check ' || coalesce(with_check, 'none')
        FROM pg_policies
        WHERE schemaname = 'public' AND NOT (SELECT relispartition FROM pg_class WHERE oid = format('%I.%I', schemaname, tablename)::regclass)
        """,
        """
        SELECT 'function ' || p.oid::regprocedure,
               'owned by ' || pg_get_userbyid(p.proowner) || CASE WHEN p.prosecdef THEN ', security definer, ' ELSE ', ' END
               || coalesce(array_to_string(p.proconfig, ' '), '') || ': ' || p.prosrc
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'public'
        WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        """,
        """
        SELECT 'role ' || r.rolname,
               CASE WHEN r.rolcanlogin THEN 'LOGIN ' ELSE 'NOLOGIN ' END
               || CASE WHEN r.rolreplication THEN 'REPLICATION ' ELSE 'NOREPLICATION ' END
               || CASE WHEN r.rolbypassrls THEN 'BYPASSRLS ' ELSE 'NOBYPASSRLS ' END
               || CASE WHEN r.rolsuper THEN 'SUPERUSER ' ELSE 'NOSUPERUSER ' END
               || CASE WHEN r.rolcreatedb THEN 'CREATEDB ' ELSE 'NOCREATEDB ' END
               || CASE WHEN r.rolcreaterole THEN 'CREATEROLE ' ELSE 'NOCREATEROLE ' END
               || 'IN ROLE [' || (SELECT coalesce(string_agg(pg_get_userbyid(m.roleid), ', '), '')
                                  FROM pg_auth_members m WHERE m.member = r.oid) || ']'
        FROM pg_roles r WHERE r.rolname = ANY ($1)
        """,
        $"""
        SELECT 'grant on ' || c.relname || ' to ' || {Grantee}, {Privileges}
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public',
             aclexplode(c.relacl) a
        WHERE a.grantee <> c.relowner GROUP BY 1
        """,
        $"""
        SELECT 'grant on ' || c.relname || '.' || t.attname || ' to ' || {Grantee}, {Privileges}
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
        WHERE a.grantee <> c.relowner GROUP BY 1
        """,
        $"""
        SELECT 'grant on function ' || p.oid::regprocedure || ' to ' || {Grantee}, {Privileges}
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'public',
             aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        WHERE a.grantee <> p.proowner
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') GROUP BY 1
        """,
        $"""
        SELECT 'grant on schema public to ' || {Grantee}, {Privileges}
        FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
        WHERE n.nspname = 'public' AND a.grantee <> n.nspowner GROUP BY 1
        """,
        $"""
        SELECT 'grant on database to ' || {Grantee}, {Privileges}
        FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
        WHERE d.datname = current_database() AND a.grantee <> d.datdba GROUP BY 1
        """,
    ];
}
