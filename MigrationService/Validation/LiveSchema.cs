namespace ProductionReady.MigrationService.Validation;

/// <summary>
/// Questions to the catalog about tables; each answers rows of subject and value, in the words of <see cref="ModelFacts"/>.
/// Every role may ask them.
/// </summary>
internal static class LiveSchema
{
    private const string OurTables = """
        pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        """;

    // Partitions follow their table, see LivePartitions.
    private const string AreTables = "c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '__EFMigrationsHistory'";

    public static IReadOnlyList<string> Questions { get; } =
    [
        $"""
        SELECT 'table ' || c.relname, 'owned by ' || pg_get_userbyid(c.relowner)
        FROM {OurTables} WHERE {AreTables}
        """,
        $"""
        SELECT 'column ' || c.relname || '.' || a.attname,
               format_type(a.atttypid, a.atttypmod)
               || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
               || CASE WHEN a.attgenerated = 's' THEN ' generated as ' || pg_get_expr(d.adbin, d.adrelid)
                       WHEN d.oid IS NOT NULL THEN ' default ' || pg_get_expr(d.adbin, d.adrelid)
                       ELSE '' END
        FROM {OurTables}
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE {AreTables}
        """,
        $"""
        SELECT 'constraint ' || c.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
        FROM {OurTables} JOIN pg_constraint k ON k.conrelid = c.oid
        WHERE {AreTables} AND k.contype IN ('p', 'u', 'f', 'c', 'x')
        """,
        $"""
        SELECT 'index ' || ic.relname, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') || CASE WHEN i.indisvalid THEN '' ELSE ', not valid' END
        FROM {OurTables} JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class ic ON ic.oid = i.indexrelid
        WHERE {AreTables} AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
        """,
        $"""
        SELECT 'trigger ' || c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid)
        FROM {OurTables} JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
        WHERE {AreTables}
        """,
        $"""
        SELECT 'relation ' || c.relname, 'of kind ' || c.relkind::text
        FROM {OurTables} WHERE c.relkind IN ('v', 'm', 'f', 'S')
        """,
    ];
}
