using System;
using Microsoft.EntityFrameworkCore.Migrations;
using ProductionReady.Data.Schema;

#nullable disable

namespace ProductionReady.Data.Migrations
{
    /// <inheritdoc />
    public partial class Audit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "audit_chains",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    last_seq = table.Column<long>(type: "bigint", nullable: false),
                    last_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    verified_seq = table.Column<long>(type: "bigint", nullable: true),
                    verified_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    verified_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_chains", x => x.tenant_id);
                    table.CheckConstraint("ck_audit_chains_last_hash", "octet_length(last_hash) = 32");
                    table.ForeignKey(
                        name: "fk_audit_chains_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreatePartitionedAuditEntries();

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_tenant_id_actor_id_seq",
                table: "audit_entries",
                columns: new[] { "tenant_id", "actor_id", "seq" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_tenant_id_occurred_at",
                table: "audit_entries",
                columns: new[] { "tenant_id", "occurred_at" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_tenant_id_resource_type_resource_id_seq",
                table: "audit_entries",
                columns: new[] { "tenant_id", "resource_type", "resource_id", "seq" });

            migrationBuilder.IsolateTenants("audit_chains");
            migrationBuilder.IsolateTenants("audit_entries");
            migrationBuilder.CreateAuditFunctions();
            migrationBuilder.CreateFirstAuditPartitions();
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropAuditFunctions();

            migrationBuilder.DropTable(
                name: "audit_chains");

            migrationBuilder.DropTable(
                name: "audit_entries");
        }
    }
}
