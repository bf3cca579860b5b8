using System;
using Microsoft.EntityFrameworkCore.Migrations;
using ProductionReady.Data.Schema;

#nullable disable

namespace ProductionReady.Data.Migrations
{
    /// <inheritdoc />
    public partial class Oidc : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "oidc_providers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    display_name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    issuer = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    client_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    wrapped_client_secret = table.Column<byte[]>(type: "bytea", nullable: true),
                    scopes = table.Column<string[]>(type: "text[]", nullable: false),
                    redirect_uris = table.Column<string[]>(type: "text[]", nullable: false),
                    role_claim = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    role_map = table.Column<string>(type: "jsonb", nullable: false),
                    default_roles = table.Column<string[]>(type: "text[]", nullable: false),
                    provisioning = table.Column<string>(type: "text", nullable: false),
                    link_by_email = table.Column<bool>(type: "boolean", nullable: false),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_oidc_providers", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("ck_oidc_providers_name", "name ~ '^[a-z0-9][a-z0-9-]*[a-z0-9]$'");
                    table.CheckConstraint("ck_oidc_providers_provisioning", "provisioning = ANY (ARRAY['none'::text, 'invited'::text, 'all'::text])");
                    table.CheckConstraint("ck_oidc_providers_redirect_uris", "cardinality(redirect_uris) > 0");
                    table.ForeignKey(
                        name: "fk_oidc_providers_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "oidc_sign_ins",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider_id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    state_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    nonce = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    wrapped_code_verifier = table.Column<byte[]>(type: "bytea", nullable: false),
                    redirect_uri = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_oidc_sign_ins", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("ck_oidc_sign_ins_state_hash", "octet_length(state_hash) = 32");
                    table.CheckConstraint("ck_oidc_sign_ins_token_hash", "octet_length(token_hash) = 32");
                    table.ForeignKey(
                        name: "fk_oidc_sign_ins_oidc_providers",
                        columns: x => new { x.tenant_id, x.provider_id },
                        principalTable: "oidc_providers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_oidc_sign_ins_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "user_identities",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider_id = table.Column<Guid>(type: "uuid", nullable: false),
                    subject = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    email_at_link = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_identities", x => new { x.tenant_id, x.provider_id, x.subject });
                    table.ForeignKey(
                        name: "fk_user_identities_oidc_providers",
                        columns: x => new { x.tenant_id, x.provider_id },
                        principalTable: "oidc_providers",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_user_identities_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_user_identities_users",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "users",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "uq_oidc_providers_tenant_id_name",
                table: "oidc_providers",
                columns: new[] { "tenant_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_oidc_sign_ins_tenant_id_expires_at",
                table: "oidc_sign_ins",
                columns: new[] { "tenant_id", "expires_at" });

            migrationBuilder.CreateIndex(
                name: "ix_oidc_sign_ins_tenant_id_provider_id",
                table: "oidc_sign_ins",
                columns: new[] { "tenant_id", "provider_id" });

            migrationBuilder.CreateIndex(
                name: "uq_oidc_sign_ins_tenant_id_token_hash",
                table: "oidc_sign_ins",
                columns: new[] { "tenant_id", "token_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "uq_user_identities_tenant_id_user_id_provider_id",
                table: "user_identities",
                columns: new[] { "tenant_id", "user_id", "provider_id" },
                unique: true);

            migrationBuilder.IsolateTenants("oidc_providers");
            migrationBuilder.IsolateTenants("user_identities");
            migrationBuilder.IsolateTenants("oidc_sign_ins");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "oidc_sign_ins");

            migrationBuilder.DropTable(
                name: "user_identities");

            migrationBuilder.DropTable(
                name: "oidc_providers");
        }
    }
}
