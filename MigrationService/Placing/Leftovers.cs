using Npgsql;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Placing;

/// <summary>Sets right what a run left that was killed, and deletes what moved tenants left behind. All of it may be repeated.</summary>
internal sealed class Leftovers(OwnDatabases databases, Acknowledgements acknowledgements, Steps steps)
{
    /// <summary>Takes announced moves back that nobody makes any more: until its end the tenant lives where it was.</summary>
    /// <param name="home">Holds the mover's lock.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task TakeBackAsync(NpgsqlConnection home, CancellationToken cancellationToken)
    {
        foreach (var placement in await Placements.ReadAsync(home, null, cancellationToken))
        {
            if (placement.Moving)
            {
                await steps.RunAsync($"take back a move of {placement.TenantId}", () => TakeBackAsync(home, placement, source: null, cancellationToken));
            }
        }
    }

    /// <summary>The same for one of them.</summary>
    /// <param name="home">Holds the mover's lock.</param>
    /// <param name="placement">As it is.</param>
    /// <param name="source">Where the tenant lives, when it is open already.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task TakeBackAsync(NpgsqlConnection home, Placement placement, TenantSide? source, CancellationToken cancellationToken)
    {
        if (placement.Database is { } own)
        {
            await using var opened = source is null ? await databases.OpenAsync(own, cancellationToken) : null;
            await (opened ?? source!.Connection).ExecuteAsync(
                $"UPDATE tenant_placements SET fenced = false WHERE id = '{placement.TenantId:D}'", cancellationToken);
        }

        await Placements.TakeBackAsync(home, placement.TenantId, cancellationToken);
    }

    /// <summary>Drops what tenants left that were moved home or erased, or whose move was taken back.</summary>
    /// <param name="home">The administrator's connection.</param>
    /// <param name="but">A tenant that is not meant.</param>
    /// <param name="tables">All tables of tenants' rows.</param>
    /// <param name="drain">How long to wait for those who work there.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task RemoveAllAsync(NpgsqlConnection home, Guid? but, IReadOnlyList<MovedTable> tables, TimeSpan drain, CancellationToken cancellationToken)
    {
        foreach (var placement in await Placements.ReadAsync(home, null, cancellationToken))
        {
            if (placement.TenantId == but)
            {
                continue;
            }

            if (placement.Database is not null && await IsErasedAsync(home, placement.TenantId, cancellationToken))
            {
                await Placements.NoteErasedAsync(home, placement.TenantId, cancellationToken);
                await RemoveAsync(home, placement with { Database = null, LeftDatabase = placement.Database }, tables, keep: null, drain, cancellationToken);
            }
            else if (placement.LeftDatabase is not null)
            {
                await RemoveAsync(home, placement, tables, keep: null, drain, cancellationToken);
            }
        }
    }

    private static Task<bool> IsErasedAsync(NpgsqlConnection home, Guid tenantId, CancellationToken cancellationToken) => home.ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM tombstones WHERE id = $1 AND erased_at IS NOT NULL) AND NOT EXISTS (SELECT FROM tenants WHERE id = $1)",
        cancellationToken, tenantId);

    /// <summary>Deletes what a tenant left, once nobody works there any more, and answers how many rows are left: zero.</summary>
    /// <param name="home">Holds the mover's lock.</param>
    /// <param name="placement">As it is.</param>
    /// <param name="tables">All tables of tenants' rows.</param>
    /// <param name="keep">A database that is about to be used again.</param>
    /// <param name="drain">How long to wait for those who work there.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task<long> RemoveAsync(
        NpgsqlConnection home, Placement placement, IReadOnlyList<MovedTable> tables, string? keep, TimeSpan drain, CancellationToken cancellationToken)
    {
        var epoch = await home.ScalarAsync<int>("SELECT coalesce(max(epoch), 0) FROM tenant_placements WHERE id = $1", cancellationToken, placement.TenantId);
        await steps.RunAsync("wait until all know where the tenant lives", () => acknowledgements.WaitAsync(home, epoch, drain, cancellationToken));
        if (placement.LeftDatabase is { } left && left != keep && left != placement.Database)
        {
            await databases.DropAsync(home, left, placement.TenantId, cancellationToken);
            await Placements.NoteDroppedAsync(home, placement.TenantId, cancellationToken);
        }

        if (placement.Database is null)
        {
            return 0;
        }

        var side = new TenantSide(null, home, placement.TenantId);
        await steps.RunAsync("delete what is left at home", () => TenantRows.DeleteAsync(side, tables, cancellationToken));
        return await TenantRows.CountLeftAsync(side, tables, cancellationToken);
    }
}
