using Npgsql;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Placing;

/// <summary>Where a tenant lives, as home says: <see cref="Data.Tenants.TenantPlacement"/>.</summary>
internal sealed record Placement(Guid TenantId, string? Database, bool Moving, string? MovingTo, string? LeftDatabase);

/// <summary>The rows of <c>tenant_placements</c> at home; each change has a new epoch.</summary>
internal static class Placements
{
    private const string Columns = "id, database, moving, moving_to, left_database";

    /// <summary>Those of tenants that were ever placed elsewhere, or the one of a tenant; none where the table is not there yet.</summary>
    public static async Task<IReadOnlyList<Placement>> ReadAsync(NpgsqlConnection home, Guid? tenantId, CancellationToken cancellationToken)
    {
        if (!await home.ScalarAsync<bool>("SELECT to_regclass('public.tenant_placements') IS NOT NULL", cancellationToken))
        {
            return [];
        }

        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM public.tenant_placements WHERE $1::uuid IS NULL OR id = $1 ORDER BY id", home);
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = tenantId });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var placements = new List<Placement>();
        while (await row.ReadAsync(cancellationToken))
        {
            placements.Add(new Placement(row.GetGuid(0), TextOrNull(row, 1), row.GetBoolean(2), TextOrNull(row, 3), TextOrNull(row, 4)));
        }

        return placements;
    }

    /// <summary>Notes a database that is made for a tenant, so that it is dropped should the move not come to its end.</summary>
    public static Task<int> IntendAsync(NpgsqlConnection home, Guid tenantId, string? database, CancellationToken cancellationToken) =>
        home.ScalarAsync<int>(
            """
            INSERT INTO tenant_placements (id, left_database) VALUES ($1, $2)
            ON CONFLICT (id) DO UPDATE SET left_database = coalesce($2, tenant_placements.left_database), epoch = nextval('placement_epochs') RETURNING epoch
            """,
            cancellationToken, tenantId, Text(database));

    /// <summary>From now on no new work begins for the tenant.</summary>
    /// <returns>The epoch by which everybody who knows it works.</returns>
    public static Task<int> AnnounceAsync(NpgsqlConnection home, Guid tenantId, string? to, CancellationToken cancellationToken) =>
        home.ScalarAsync<int>(
            "UPDATE tenant_placements SET moving = true, moving_to = $2, epoch = nextval('placement_epochs') WHERE id = $1 RETURNING epoch",
            cancellationToken, tenantId, Text(to));

    /// <summary>The tenant lives in another database now.</summary>
    /// <param name="home">The connection.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="database">Where it lives.</param>
    /// <param name="left">The database of its own that it left.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static Task<int> SwitchAsync(NpgsqlConnection home, Guid tenantId, string? database, string? left, CancellationToken cancellationToken) =>
        home.ScalarAsync<int>(
            """
            UPDATE tenant_placements SET database = $2, left_database = $3, fenced = $2 IS NOT NULL, moving = false, moving_to = NULL, epoch = nextval('placement_epochs')
            WHERE id = $1 AND moving RETURNING epoch
            """,
            cancellationToken, tenantId, Text(database), Text(left));

    /// <summary>The announced move does not take place; what was made for it is to be dropped.</summary>
    public static Task<int> TakeBackAsync(NpgsqlConnection home, Guid tenantId, CancellationToken cancellationToken) =>
        home.ScalarAsync<int>(
            """
            UPDATE tenant_placements SET left_database = coalesce(moving_to, left_database), fenced = database IS NOT NULL, moving = false, moving_to = NULL,
                epoch = nextval('placement_epochs')
            WHERE id = $1 RETURNING epoch
            """,
            cancellationToken, tenantId);

    /// <summary>The tenant was erased: its database is to be dropped.</summary>
    public static Task<int> NoteErasedAsync(NpgsqlConnection home, Guid tenantId, CancellationToken cancellationToken) =>
        home.ScalarAsync<int>(
            "UPDATE tenant_placements SET left_database = database, database = NULL, fenced = false, epoch = nextval('placement_epochs') WHERE id = $1 RETURNING epoch",
            cancellationToken, tenantId);

    /// <summary>The database that the tenant left is gone.</summary>
    public static Task<int> NoteDroppedAsync(NpgsqlConnection home, Guid tenantId, CancellationToken cancellationToken) =>
        home.ScalarAsync<int>("UPDATE tenant_placements SET left_database = NULL WHERE id = $1 RETURNING epoch", cancellationToken, tenantId);

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static NpgsqlParameter<string?> Text(string? value) => new() { TypedValue = value };
}
