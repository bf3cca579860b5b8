using System;
using Microsoft.EntityFrameworkCore.Migrations;
using ProductionReady.Data.Schema;

#nullable disable

namespace ProductionReady.Data.Migrations
{
    /// <inheritdoc />
    public partial class Contacts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "contacts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    email = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    phone = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    address = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    age = table.Column<short>(type: "smallint", nullable: true),
                    gender = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contacts", x => new { x.tenant_id, x.id });
                    table.CheckConstraint("ck_contacts_age", "age >= 0 AND age <= 150");
                    table.CheckConstraint("ck_contacts_gender", "gender = ANY (ARRAY['unspecified'::text, 'female'::text, 'male'::text])");
                    table.CheckConstraint("ck_contacts_name", "length(name) >= 1");
                    table.CheckConstraint("ck_contacts_phone", "phone ~ '^\\+[1-9][0-9]{1,14}$'");
                    table.ForeignKey(
                        name: "fk_contacts_tenants",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.IsolateTenants("contacts");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.StopIsolatingTenants("contacts");

            migrationBuilder.DropTable(
                name: "contacts");
        }
    }
}
