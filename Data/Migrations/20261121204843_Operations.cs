using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ProductionReady.Data.Migrations
{
    /// <inheritdoc />
    public partial class Operations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "operation_health",
                columns: table => new
                {
                    worker = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    checked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operation_health", x => new { x.worker, x.name });
                    table.CheckConstraint("ck_operation_health_state", "state = ANY (ARRAY['healthy'::text, 'degraded'::text, 'unhealthy'::text, 'unknown'::text])");
                });

            migrationBuilder.CreateTable(
                name: "operation_requests",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    requested_by = table.Column<Guid>(type: "uuid", nullable: true),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    tenant = table.Column<Guid>(type: "uuid", nullable: true),
                    restore_to = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false, defaultValueSql: "0"),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    outcome = table.Column<string>(type: "jsonb", nullable: true),
                    problem = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operation_requests", x => x.id);
                    table.CheckConstraint("ck_operation_requests_kind", "kind = ANY (ARRAY['backup'::text, 'restore'::text])");
                    table.CheckConstraint("ck_operation_requests_restore", "(kind = 'restore'::text) = (tenant IS NOT NULL AND restore_to IS NOT NULL)");
                    table.CheckConstraint("ck_operation_requests_state", "state = ANY (ARRAY['waiting'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'applied'::text])");
                });

            migrationBuilder.CreateTable(
                name: "published_backups",
                columns: table => new
                {
                    kind = table.Column<string>(type: "text", nullable: false),
                    id = table.Column<string>(type: "text", nullable: false),
                    place = table.Column<Guid>(type: "uuid", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    server_version = table.Column<string>(type: "text", nullable: false),
                    verified_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    verified = table.Column<bool>(type: "boolean", nullable: true),
                    restored_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    restored = table.Column<bool>(type: "boolean", nullable: true),
                    problem = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_published_backups", x => new { x.kind, x.id });
                });

            migrationBuilder.CreateTable(
                name: "published_drills",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    place = table.Column<Guid>(type: "uuid", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    outcome = table.Column<string>(type: "text", nullable: false),
                    document = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_published_drills", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_operation_requests_state_id",
                table: "operation_requests",
                columns: new[] { "state", "id" });

            migrationBuilder.CreateIndex(
                name: "uq_published_backups_place",
                table: "published_backups",
                column: "place",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "uq_published_drills_place",
                table: "published_drills",
                column: "place",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "operation_health");

            migrationBuilder.DropTable(
                name: "operation_requests");

            migrationBuilder.DropTable(
                name: "published_backups");

            migrationBuilder.DropTable(
                name: "published_drills");
        }
    }
}
