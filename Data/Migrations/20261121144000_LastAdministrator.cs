using Microsoft.EntityFrameworkCore.Migrations;
using ProductionReady.Data.Schema;

#nullable disable

namespace ProductionReady.Data.Migrations
{
    /// <inheritdoc />
    public partial class LastAdministrator : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.KeepAnAdministrator();

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.StopKeepingAnAdministrator();
    }
}
