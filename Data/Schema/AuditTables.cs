using Microsoft.EntityFrameworkCore.Migrations;

namespace ProductionReady.Data.Schema;

/// <summary>What EF Core has no words for in the migration of the audit trail.</summary>
internal static class AuditTables
{
    /// <summary>
    /// The table with its keys, in place of the <c>CreateTable</c> that EF Core writes: it knows no partitions. A partitioned
    /// table's constraints and indexes are its partitions' too.
    /// </summary>
    public static void CreatePartitionedAuditEntries(this MigrationBuilder migration) =>
        migration.Sql($"""
            CREATE TABLE {AuditPartitions.Table} (
                tenant_id uuid NOT NULL,
                seq bigint NOT NULL,
                occurred_at timestamp with time zone NOT NULL,
                id uuid NOT NULL,
                action character varying(64) NOT NULL,
                outcome text NOT NULL,
                actor_kind text NOT NULL,
                actor_id uuid NULL,
                resource_type character varying(64) NOT NULL,
                resource_id character varying(255) NULL,
                before jsonb NULL,
                after jsonb NULL,
                address character varying(64) NULL,
                user_agent character varying(512) NULL,
                session_id uuid NULL,
                request_id character varying(128) NULL,
                previous_hash bytea NOT NULL,
                hash bytea NOT NULL,
                CONSTRAINT pk_audit_entries PRIMARY KEY (tenant_id, seq, occurred_at),
                CONSTRAINT ck_audit_entries_actor_kind CHECK (actor_kind = ANY (ARRAY['user'::text, 'api_key'::text, 'anonymous'::text, 'system'::text])),
                CONSTRAINT ck_audit_entries_hash CHECK (octet_length(hash) = 32),
                CONSTRAINT ck_audit_entries_outcome CHECK (outcome = ANY (ARRAY['succeeded'::text, 'refused'::text]))
            ) PARTITION BY RANGE (occurred_at);
            """);

    /// <summary>Makes the functions that write the trail.</summary>
    public static void CreateAuditFunctions(this MigrationBuilder migration)
    {
        foreach (var function in AuditFunctions.All)
        {
            migration.Sql(function.Create());
        }
    }

    /// <summary>Takes them away again.</summary>
    public static void DropAuditFunctions(this MigrationBuilder migration)
    {
        foreach (var function in AuditFunctions.All)
        {
            migration.Sql(function.Drop());
        }
    }
}
