using System.Globalization;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.Data.Tenants;
using ProductionReady.MigrationService.Migrating;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Placing;

/// <summary>
/// Places a tenant in a database of its own, or back in the shared one, while it is in use. A run that was killed is repeated with the same
/// command; until then the tenant lives where it was.
/// </summary>
internal sealed class PlaceVerb(
    MigrationContext contexts, OwnDatabases databases, Leftovers leftovers, TenantMove move, ILogger<PlaceVerb> logger)
{
    /// <summary>Runs the verb.</summary>
    /// <param name="home">The administrator's connection to the shared database, which holds the migration lock.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="output">Where the proof is printed.</param>
    /// <param name="cancellationToken">Ends the run; the tenant stays where it was.</param>
    public async Task<int> RunAsync(NpgsqlConnection home, PlaceRequest request, TextWriter output, CancellationToken cancellationToken)
    {
        await using var context = contexts.Over(home);
        var history = await MigrationHistory.ReadAsync(context, cancellationToken);
        if (history.Pending.Count + history.Unknown.Count > 0)
        {
            throw new MigrationFailedException($"{home.Database} is not at this version's schema: run 'up' first.", ExitCode.SchemaDiffers);
        }

        var tables = await MovedTable.ReadAsync(home, context.GetService<IDesignTimeModel>().Model, cancellationToken);
        var tenantId = await FindAsync(home, request.Slug, cancellationToken);
        await home.ScalarAsync<bool>($"SELECT pg_advisory_lock({PlacementLocks.Mover}, 0) IS NOT NULL", cancellationToken);
        await leftovers.TakeBackAsync(home, cancellationToken);
        var placement = await ReadAsync(home, tenantId, cancellationToken);
        var to = request.Home ? null : request.Database ?? placement.Database ?? OwnDatabases.NameFor(request.Slug);
        if (request.Abandon || to == placement.Database)
        {
            var left = await leftovers.RemoveAsync(home, placement, tables, keep: null, request.Drain, cancellationToken);
            await output.WriteLineAsync($"Tenant '{request.Slug}' lives in {placement.Database ?? home.Database}. {Left(home, left)}");
            return left == 0 ? ExitCode.Done : ExitCode.Failed;
        }

        await RemoveOthersAsync(home, tenantId, tables, request, cancellationToken);
        await leftovers.RemoveAsync(home, placement, tables, keep: to, request.Drain, cancellationToken);
        var moved = await MoveAsync(home, tenantId, placement.Database, to, tables, request, cancellationToken);
        logger.Moved(tenantId, to ?? home.Database, (long)moved.Held.TotalMilliseconds);
        return await FinishAsync(home, tenantId, moved, tables, request, output, cancellationToken);
    }

    /// <summary>What other tenants left must not keep this one from moving.</summary>
    private async Task RemoveOthersAsync(NpgsqlConnection home, Guid tenantId, IReadOnlyList<MovedTable> tables, PlaceRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await leftovers.RemoveAllAsync(home, tenantId, tables, request.Drain, cancellationToken);
        }
        catch (MigrationFailedException failure)
        {
            logger.LeftForLater(failure.Message);
        }
    }

    private async Task<Moved> MoveAsync(
        NpgsqlConnection home, Guid tenantId, string? from, string? to, IReadOnlyList<MovedTable> tables, PlaceRequest request, CancellationToken cancellationToken)
    {
        await using var source = from is null
            ? new TenantSide(null, home, tenantId)
            : new TenantSide(from, await databases.OpenAsync(from, cancellationToken), tenantId);
        await using var target = to is null ? new TenantSide(null, home, tenantId) : await databases.PrepareAsync(home, to, tenantId, cancellationToken);
        foreach (var side in new[] { source, target }.Where(side => !side.IsHome))
        {
            await using var context = contexts.Over(side.Connection);
            var there = await MovedTable.ReadAsync(side.Connection, context.GetService<IDesignTimeModel>().Model, cancellationToken);
            if (tables.Where((table, place) => table.Shape != there[place].Shape).Select(table => table.Name).ToList() is { Count: > 0 } different)
            {
                throw new MigrationFailedException($"{side.Name} does not have the tables of {home.Database}: run 'up' first. They differ in {string.Join(", ", different)}.");
            }
        }

        return await move.RunAsync(home, source, target, tables, request, cancellationToken);
    }

    private async Task<int> FinishAsync(
        NpgsqlConnection home, Guid tenantId, Moved moved, IReadOnlyList<MovedTable> tables, PlaceRequest request, TextWriter output, CancellationToken cancellationToken)
    {
        var placement = await ReadAsync(home, tenantId, cancellationToken);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Tenant '{request.Slug}' lives in {placement.Database ?? home.Database} now. Its requests were held for {moved.Held.TotalMilliseconds:0} ms."));
        foreach (var sum in moved.Sums.OrderBy(sum => sum.Table, StringComparer.Ordinal))
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {sum.Table,-20} {sum.Rows,10} rows, alike"));
        }

        try
        {
            var left = await leftovers.RemoveAsync(home, placement, tables, keep: null, request.Drain, cancellationToken);
            await output.WriteLineAsync(placement.LeftDatabase is { } dropped ? $"{dropped} is dropped. {Left(home, left)}" : Left(home, left));
            return left == 0 ? ExitCode.Done : ExitCode.Failed;
        }
        catch (MigrationFailedException failure)
        {
            throw new MigrationFailedException(
                $"The tenant is moved, but what it left is still there; repeat the command to remove it. {failure.Message}", inner: failure);
        }
    }

    private static string Left(NpgsqlConnection home, long rows) =>
        string.Create(CultureInfo.InvariantCulture, $"{rows} rows left in {home.Database} besides its entry in the directory of tenants.");

    private static async Task<Placement> ReadAsync(NpgsqlConnection home, Guid tenantId, CancellationToken cancellationToken) =>
        (await Placements.ReadAsync(home, tenantId, cancellationToken)).SingleOrDefault() ?? new Placement(tenantId, null, false, null, null);

    private static async Task<Guid> FindAsync(NpgsqlConnection home, string slug, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT t.id, EXISTS (SELECT FROM tombstones b WHERE b.id = t.id) FROM tenants t WHERE t.slug = $1", home)
        {
            Parameters = { new() { Value = slug } },
        };
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            throw new MigrationFailedException($"There is no tenant '{slug}'.", ExitCode.Usage);
        }

        return (row.GetGuid(0), row.GetBoolean(1)) switch
        {
            (var id, _) when id == PlatformTenant.Id => throw new MigrationFailedException("The platform's own tenant stays in the shared database.", ExitCode.Usage),
            (_, true) => throw new MigrationFailedException($"The tenant '{slug}' is being erased."),
            (var id, _) => id,
        };
    }
}
