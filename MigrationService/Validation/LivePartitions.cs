namespace ProductionReady.MigrationService.Validation;

/// <summary>
/// Asks the catalog for partitions that are not as their table: PostgreSQL itself keeps columns, checks and indexes alike,
/// but not the owner, row-level security, policies, grants, and what was added to one partition alone.
/// </summary>
internal static class LivePartitions
{
    /// <summary>What a table with sound partitions gets.</summary>
    public const string AsTheirTable = "as their table, one of them for the rest";

    public const string Question = $"""
        SELECT 'partitions of ' || t.relname,
               CASE WHEN count(*) FILTER (WHERE p.strange IS NOT NULL) > 0
                    THEN string_agg(p.relname || ' ' || p.strange, '; ' ORDER BY p.relname) FILTER (WHERE p.strange IS NOT NULL)
                    WHEN count(*) FILTER (WHERE p.bound = 'DEFAULT') = 0 THEN 'without one for the rest'
                    ELSE '{AsTheirTable}' END
        FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
        LEFT JOIN LATERAL (
            SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound,
                   CASE WHEN c.relowner <> t.relowner THEN 'is owned by ' || pg_get_userbyid(c.relowner)
                        WHEN c.relrowsecurity <> t.relrowsecurity OR c.relforcerowsecurity <> t.relforcerowsecurity THEN 'has other row security'
                        WHEN {PoliciesOfC} IS DISTINCT FROM {PoliciesOfT} THEN 'has other policies'
                        WHEN EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                                     WHERE i.indrelid = c.oid AND (NOT x.relispartition OR NOT i.indisvalid)) THEN 'has an index of its own or an invalid one'
                        WHEN EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.conparentid = 0 AND k.coninhcount = 0)
                            THEN 'has a constraint of its own'
                        WHEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgparentid = 0)
                            THEN 'has a trigger of its own'
                        WHEN EXISTS (SELECT FROM pg_attrdef d WHERE d.adrelid = c.oid) THEN 'has a default of its own'
                   END AS strange
            FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid WHERE h.inhparent = t.oid
        ) p ON true
        WHERE t.relkind = 'p' GROUP BY t.oid, t.relname
        """;

    private const string PoliciesOfC = $"(SELECT array_agg({Policy} ORDER BY q.polname) FROM pg_policy q WHERE q.polrelid = c.oid)";
    private const string PoliciesOfT = $"(SELECT array_agg({Policy} ORDER BY q.polname) FROM pg_policy q WHERE q.polrelid = t.oid)";
    private const string Policy =
        "concat_ws(' ', q.polname, q.polcmd, q.polpermissive, q.polroles, pg_get_expr(q.polqual, q.polrelid), pg_get_expr(q.polwithcheck, q.polrelid))";
}
