using System;
using Microsoft.EntityFrameworkCore.Migrations;
using ProductionReady.Data.Schema;

#nullable disable

namespace ProductionReady.Data.Migrations
{
    /// <inheritdoc />
    public partial class Identity : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_idempotency_keys_users",
                table: "idempotency_keys");

            migrationBuilder.DropCheckConstraint(
                name: "ck_users_role",
                table: "users");

            // Rewritten, not updated: row-level security hides the rows from the owner, but not from a change of type.
            migrationBuilder.Sql("ALTER TABLE users RENAME COLUMN role TO roles; ALTER TABLE users ALTER COLUMN roles TYPE text[] USING ARRAY[roles];");

            migrationBuilder.RenameColumn(
                name: "user_id",
                table: "idempotency_keys",
                newName: "subject_id");

            migrationBuilder.AlterColumn<string>(
                name: "password_hash",
                table: "users",
                type: "text",
                nullable: true,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AddColumn<long>(
                name: "access_version",
                table: "users",
                type: "bigint",
                nullable: false,
                defaultValueSql: "1");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_signed_in_at",
                table: "users",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "password_changed_at",
                table: "users",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "require_second_factor",
                table: "tenants",
                type: "boolean",
                nullable: false,
                defaultValueSql: "false");

            migrationBuilder.AddColumn<string[]>(
                name: "second_factor_roles",
                table: "tenants",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'::text[]");

            migrationBuilder.AddColumn<string>(
                name: "method",
                table: "sessions",
                type: "text",
                nullable: false,
                defaultValueSql: "'password'::text");

            migrationBuilder.AddColumn<bool>(
                name: "restricted",
                table: "sessions",
                type: "boolean",
                nullable: false,
                defaultValueSql: "false");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "second_factor_at",
                table: "sessions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    hint = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    secret_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    scopes = table.Column<string[]>(type: "text[]", nullable: false),
                    created_by = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_keys", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("ck_api_keys_secret_hash", "octet_length(secret_hash) = 32");
                    table.ForeignKey(
                        name: "fk_api_keys_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "invitations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    email = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    email_key = table.Column<string>(type: "text", nullable: false, computedColumnSql: "lower(email)", stored: true),
                    roles = table.Column<string[]>(type: "text[]", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    invited_by = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    accepted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_invitations", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("ck_invitations_token_hash", "octet_length(token_hash) = 32");
                    table.ForeignKey(
                        name: "fk_invitations_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "password_resets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_password_resets", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("ck_password_resets_token_hash", "octet_length(token_hash) = 32");
                    table.ForeignKey(
                        name: "fk_password_resets_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_password_resets_users",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "users",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "recovery_codes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recovery_codes", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("ck_recovery_codes_code_hash", "octet_length(code_hash) = 32");
                    table.ForeignKey(
                        name: "fk_recovery_codes_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_recovery_codes_users",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "users",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "revocations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    subject = table.Column<Guid>(type: "uuid", nullable: false),
                    below_version = table.Column<long>(type: "bigint", nullable: false),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    inserted = table.Column<ulong>(type: "xid8", nullable: false, defaultValueSql: "pg_current_xact_id()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_revocations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "roles",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    description = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    permissions = table.Column<string[]>(type: "text[]", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_roles", x => new { x.tenant_id, x.name });
                    table.ForeignKey(
                        name: "fk_roles_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "second_factors",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    wrapped_secret = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_step = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_second_factors", x => new { x.tenant_id, x.user_id });
                    table.ForeignKey(
                        name: "fk_second_factors_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_second_factors_users",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "users",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sign_in_challenges",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    method = table.Column<string>(type: "text", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    failed_attempts = table.Column<int>(type: "integer", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sign_in_challenges", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("ck_sign_in_challenges_method", "method = ANY (ARRAY['password'::text, 'oidc'::text])");
                    table.CheckConstraint("ck_sign_in_challenges_token_hash", "octet_length(token_hash) = 32");
                    table.ForeignKey(
                        name: "fk_sign_in_challenges_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_sign_in_challenges_users",
                        columns: x => new { x.tenant_id, x.user_id },
                        principalTable: "users",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sign_in_throttles",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    subject = table.Column<byte[]>(type: "bytea", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    last_failed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    blocked_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sign_in_throttles", x => new { x.tenant_id, x.subject });
                    table.CheckConstraint("ck_sign_in_throttles_subject", "octet_length(subject) = 32");
                    table.ForeignKey(
                        name: "fk_sign_in_throttles_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.AddCheckConstraint(
                name: "ck_users_platform_admin",
                table: "users",
                sql: "NOT 'platform_admin'::text = ANY (roles) OR tenant_id = '00000000-0000-7000-8000-000000000001'::uuid");

            migrationBuilder.AddCheckConstraint(
                name: "ck_users_roles",
                table: "users",
                sql: "cardinality(roles) > 0");

            migrationBuilder.AddCheckConstraint(
                name: "ck_sessions_method",
                table: "sessions",
                sql: "method = ANY (ARRAY['password'::text, 'oidc'::text])");

            migrationBuilder.CreateIndex(
                name: "uq_api_keys_tenant_id_secret_hash",
                table: "api_keys",
                columns: new[] { "tenant_id", "secret_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "uq_invitations_tenant_id_email_key",
                table: "invitations",
                columns: new[] { "tenant_id", "email_key" },
                unique: true,
                filter: "((accepted_at IS NULL) AND (revoked_at IS NULL))");

            migrationBuilder.CreateIndex(
                name: "uq_invitations_tenant_id_token_hash",
                table: "invitations",
                columns: new[] { "tenant_id", "token_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_password_resets_tenant_id_expires_at",
                table: "password_resets",
                columns: new[] { "tenant_id", "expires_at" });

            migrationBuilder.CreateIndex(
                name: "ix_password_resets_tenant_id_user_id",
                table: "password_resets",
                columns: new[] { "tenant_id", "user_id" });

            migrationBuilder.CreateIndex(
                name: "uq_password_resets_tenant_id_token_hash",
                table: "password_resets",
                columns: new[] { "tenant_id", "token_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "uq_recovery_codes_tenant_id_user_id_code_hash",
                table: "recovery_codes",
                columns: new[] { "tenant_id", "user_id", "code_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_revocations_inserted",
                table: "revocations",
                column: "inserted");

            migrationBuilder.CreateIndex(
                name: "ix_revocations_until",
                table: "revocations",
                column: "until");

            migrationBuilder.CreateIndex(
                name: "ix_sign_in_challenges_tenant_id_expires_at",
                table: "sign_in_challenges",
                columns: new[] { "tenant_id", "expires_at" });

            migrationBuilder.CreateIndex(
                name: "ix_sign_in_challenges_tenant_id_user_id",
                table: "sign_in_challenges",
                columns: new[] { "tenant_id", "user_id" });

            migrationBuilder.CreateIndex(
                name: "uq_sign_in_challenges_tenant_id_token_hash",
                table: "sign_in_challenges",
                columns: new[] { "tenant_id", "token_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_sign_in_throttles_tenant_id_last_failed_at",
                table: "sign_in_throttles",
                columns: new[] { "tenant_id", "last_failed_at" });

            migrationBuilder.IsolateTenants("roles");
            migrationBuilder.IsolateTenants("invitations");
            migrationBuilder.IsolateTenants("api_keys");
            migrationBuilder.IsolateTenants("second_factors");
            migrationBuilder.IsolateTenants("recovery_codes");
            migrationBuilder.IsolateTenants("sign_in_challenges");
            migrationBuilder.IsolateTenants("password_resets");
            migrationBuilder.IsolateTenants("sign_in_throttles");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_keys");

            migrationBuilder.DropTable(
                name: "invitations");

            migrationBuilder.DropTable(
                name: "password_resets");

            migrationBuilder.DropTable(
                name: "recovery_codes");

            migrationBuilder.DropTable(
                name: "revocations");

            migrationBuilder.DropTable(
                name: "roles");

            migrationBuilder.DropTable(
                name: "second_factors");

            migrationBuilder.DropTable(
                name: "sign_in_challenges");

            migrationBuilder.DropTable(
                name: "sign_in_throttles");

            migrationBuilder.DropCheckConstraint(
                name: "ck_users_platform_admin",
                table: "users");

            migrationBuilder.DropCheckConstraint(
                name: "ck_users_roles",
                table: "users");

            migrationBuilder.DropCheckConstraint(
                name: "ck_sessions_method",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "access_version",
                table: "users");

            migrationBuilder.DropColumn(
                name: "last_signed_in_at",
                table: "users");

            migrationBuilder.DropColumn(
                name: "password_changed_at",
                table: "users");

            migrationBuilder.DropColumn(
                name: "require_second_factor",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "second_factor_roles",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "method",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "restricted",
                table: "sessions");

            migrationBuilder.DropColumn(
                name: "second_factor_at",
                table: "sessions");

            migrationBuilder.RenameColumn(
                name: "subject_id",
                table: "idempotency_keys",
                newName: "user_id");

            // Who had no password cannot sign in, and who had roles of the tenant's own becomes an ordinary user: there is no
            // place for either any more. What an API key repeats is done again.
            migrationBuilder.Sql("""
                ALTER TABLE users ALTER COLUMN password_hash TYPE text USING coalesce(password_hash, ''), ALTER COLUMN password_hash SET NOT NULL;
                ALTER TABLE users ALTER COLUMN roles TYPE text USING CASE
                    WHEN 'admin' = ANY (roles) THEN 'admin'
                    WHEN 'event_manager' = ANY (roles) THEN 'event_manager'
                    WHEN 'event_viewer' = ANY (roles) THEN 'event_viewer'
                    ELSE 'user' END;
                ALTER TABLE users RENAME COLUMN roles TO role;
                TRUNCATE idempotency_keys;
                """);

            migrationBuilder.AddCheckConstraint(
                name: "ck_users_role",
                table: "users",
                sql: "role = ANY (ARRAY['admin'::text, 'event_manager'::text, 'event_viewer'::text, 'user'::text])");

            migrationBuilder.AddForeignKey(
                name: "fk_idempotency_keys_users",
                table: "idempotency_keys",
                columns: new[] { "tenant_id", "user_id" },
                principalTable: "users",
                principalColumns: new[] { "tenant_id", "id" },
                onDelete: ReferentialAction.Cascade);
        }
    }
}
