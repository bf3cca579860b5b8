using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ProductionReady.Data.Migrations
{
    /// <inheritdoc />
    public partial class ContactEmailKey : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "email_key",
                table: "contacts",
                type: "text",
                nullable: true,
                computedColumnSql: "lower(email)",
                stored: true);

            migrationBuilder.CreateIndex(
                name: "uq_contacts_tenant_id_email_key",
                table: "contacts",
                columns: new[] { "tenant_id", "email_key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "uq_contacts_tenant_id_email_key",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "email_key",
                table: "contacts");
        }
    }
}
