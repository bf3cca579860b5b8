using System;
using Microsoft.EntityFrameworkCore.Migrations;
using ProductionReady.Data.Schema;

#nullable disable

namespace ProductionReady.Data.Migrations
{
    /// <inheritdoc />
    public partial class TenantLife : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_tenants_state",
                table: "tenants");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "closing_at",
                table: "tenants",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "erase_after",
                table: "tenants",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "language",
                table: "tenants",
                type: "character varying(35)",
                maxLength: 35,
                nullable: false,
                defaultValueSql: "'en'::character varying");

            migrationBuilder.AddColumn<long>(
                name: "max_contacts",
                table: "tenants",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "max_events_a_month",
                table: "tenants",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "max_storage_bytes",
                table: "tenants",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "max_users",
                table: "tenants",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "suspended_reason",
                table: "tenants",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "time_zone",
                table: "tenants",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                defaultValueSql: "'UTC'::character varying");

            migrationBuilder.CreateTable(
                name: "contact_allowances",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    bound = table.Column<long>(type: "bigint", nullable: true),
                    limit_changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_allowances", x => x.tenant_id);
                    table.ForeignKey(
                        name: "fk_contact_allowances_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "tenant_usage",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    users = table.Column<long>(type: "bigint", nullable: false),
                    contacts = table.Column<long>(type: "bigint", nullable: false),
                    storage_bytes = table.Column<long>(type: "bigint", nullable: false),
                    sign_ins_a_day = table.Column<long>(type: "bigint", nullable: false),
                    sign_ins_a_month = table.Column<long>(type: "bigint", nullable: false),
                    measured_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tenant_usage", x => x.tenant_id);
                    table.ForeignKey(
                        name: "fk_tenant_usage_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "tombstones",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    slug_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    erased_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    rows_before = table.Column<string>(type: "jsonb", nullable: false),
                    rows_after = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tombstones", x => x.id);
                    table.CheckConstraint("ck_tombstones_erased", "(erased_at IS NULL) = (rows_after IS NULL)");
                    table.CheckConstraint("ck_tombstones_rows_after", "NOT jsonb_path_exists(rows_after, '$.*?(@ != 0)'::jsonpath)");
                    table.CheckConstraint("ck_tombstones_slug_hash", "octet_length(slug_hash) = 32");
                });

            migrationBuilder.AddCheckConstraint(
                name: "ck_tenants_closing",
                table: "tenants",
                sql: "(state = 'closing'::text) = (erase_after IS NOT NULL)");

            migrationBuilder.AddCheckConstraint(
                name: "ck_tenants_max_contacts",
                table: "tenants",
                sql: "max_contacts >= 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_tenants_max_events_a_month",
                table: "tenants",
                sql: "max_events_a_month >= 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_tenants_max_storage_bytes",
                table: "tenants",
                sql: "max_storage_bytes >= 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_tenants_max_users",
                table: "tenants",
                sql: "max_users >= 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_tenants_state",
                table: "tenants",
                sql: "state = ANY (ARRAY['active'::text, 'suspended'::text, 'closing'::text])");

            migrationBuilder.IsolateTenants("contact_allowances");
            migrationBuilder.IsolateTenants("tenant_usage");
            migrationBuilder.CreateFunctions(TenantLifeFunctions.All);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropFunctions(TenantLifeFunctions.All);

            // What was closing is at least not let in any more; as the administrator, who sees all tenants' rows.
            migrationBuilder.Sql($"""
                RESET ROLE;
                UPDATE tenants SET state = 'suspended', erase_after = NULL WHERE state = 'closing';
                SET LOCAL ROLE {DatabaseRoles.Owner};
                """);

            migrationBuilder.DropTable(
                name: "contact_allowances");

            migrationBuilder.DropTable(
                name: "tenant_usage");

            migrationBuilder.DropTable(
                name: "tombstones");

            migrationBuilder.DropCheckConstraint(
                name: "ck_tenants_closing",
                table: "tenants");

            migrationBuilder.DropCheckConstraint(
                name: "ck_tenants_max_contacts",
                table: "tenants");

            migrationBuilder.DropCheckConstraint(
                name: "ck_tenants_max_events_a_month",
                table: "tenants");

            migrationBuilder.DropCheckConstraint(
                name: "ck_tenants_max_storage_bytes",
                table: "tenants");

            migrationBuilder.DropCheckConstraint(
                name: "ck_tenants_max_users",
                table: "tenants");

            migrationBuilder.DropCheckConstraint(
                name: "ck_tenants_state",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "closing_at",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "erase_after",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "language",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "max_contacts",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "max_events_a_month",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "max_storage_bytes",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "max_users",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "suspended_reason",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "time_zone",
                table: "tenants");

            migrationBuilder.AddCheckConstraint(
                name: "ck_tenants_state",
                table: "tenants",
                sql: "state = ANY (ARRAY['active'::text, 'suspended'::text])");
        }
    }
}
