using System;
using Microsoft.EntityFrameworkCore.Migrations;
using ProductionReady.Data.Schema;

#nullable disable

namespace ProductionReady.Data.Migrations
{
    /// <inheritdoc />
    public partial class TenantPlacement : Migration
    {
        private static readonly string[] TablesOfTenants =
        [
            "api_keys", "audit_chains", "audit_entries", "contact_allowances", "contacts", "idempotency_keys", "invitations", "oidc_providers",
            "oidc_sign_ins", "password_resets", "recovery_codes", "refresh_tokens", "roles", "second_factors", "sessions", "sign_in_challenges",
            "sign_in_throttles", "tenant_usage", "tenants", "user_identities", "users",
        ];

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence<int>(
                name: "placement_epochs");

            migrationBuilder.CreateTable(
                name: "tenant_placements",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    database = table.Column<string>(type: "text", nullable: true),
                    moving = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false"),
                    moving_to = table.Column<string>(type: "text", nullable: true),
                    left_database = table.Column<string>(type: "text", nullable: true),
                    epoch = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "nextval('placement_epochs'::regclass)"),
                    fenced = table.Column<bool>(type: "boolean", nullable: false, defaultValueSql: "false")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tenant_placements", x => x.id);
                    table.CheckConstraint("ck_tenant_placements_database", "database ~ '^[a-z][a-z0-9_]{0,62}$'");
                    table.CheckConstraint("ck_tenant_placements_left_database", "left_database ~ '^[a-z][a-z0-9_]{0,62}$'");
                    table.CheckConstraint("ck_tenant_placements_moving_to", "moving_to ~ '^[a-z][a-z0-9_]{0,62}$'");
                });

            migrationBuilder.CreateIndex(
                name: "uq_tenant_placements_database",
                table: "tenant_placements",
                column: "database",
                unique: true);

            migrationBuilder.CreateTenantFence();
            foreach (var table in TablesOfTenants)
            {
                migrationBuilder.FenceTenants(table);
            }

            migrationBuilder.CreateFunctions([TenantMirror.Mirror]);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropFunctions([TenantMirror.Mirror]);
            foreach (var table in TablesOfTenants)
            {
                migrationBuilder.StopFencingTenants(table);
            }

            migrationBuilder.DropTenantFence();

            migrationBuilder.DropTable(
                name: "tenant_placements");

            migrationBuilder.DropSequence(
                name: "placement_epochs");
        }
    }
}
