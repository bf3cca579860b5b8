using System.Data;
using Npgsql;
using ProductionReady.Data.Tenants;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Placing;

/// <summary>What was moved.</summary>
/// <param name="Sums">Rows by table, alike on both sides.</param>
/// <param name="Held">How long the tenant's requests were held.</param>
internal sealed record Moved(IReadOnlyList<TableSum> Sums, TimeSpan Held);

/// <summary>
/// Moves one tenant between two databases while it is in use. Everything up to the switch can be broken off at any place and leaves the
/// tenant where it was; the switch is one commit at home.
/// </summary>
internal sealed class TenantMove(Steps steps, Leftovers leftovers, Acknowledgements acknowledgements, TimeProvider time, ILogger<TenantMove> logger)
{
    /// <summary>Does it.</summary>
    /// <param name="home">Holds the mover's lock.</param>
    /// <param name="source">Where the tenant lives.</param>
    /// <param name="target">Where it will.</param>
    /// <param name="tables">All tables of tenants' rows.</param>
    /// <param name="request">How long to wait.</param>
    /// <param name="cancellationToken">Ends the run; the tenant stays where it was.</param>
    public async Task<Moved> RunAsync(
        NpgsqlConnection home, TenantSide source, TenantSide target, IReadOnlyList<MovedTable> tables, PlaceRequest request, CancellationToken cancellationToken)
    {
        var copy = new TenantCopy(tables);
        if (!target.IsHome)
        {
            await AuditMonths.CreateAsync(source, target, cancellationToken);
        }

        await steps.RunAsync("copy while the tenant is in use", () => copy.FollowAsync(source, target, cancellationToken));
        var started = time.GetTimestamp();
        try
        {
            using var hold = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            hold.CancelAfter(request.Hold);
            await AnnounceAsync(home, source, target, request, hold.Token);
            var sums = await FinishAsync(home, source, target, copy, tables, hold.Token);
            return new Moved(sums, time.GetElapsedTime(started));
        }
        catch (Exception failure)
        {
            await TakeBackAsync(home, source);
            if (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new MigrationFailedException(
                    $"The tenant would have been held for more than {request.Hold.TotalSeconds:0.#} s; it stays where it was.", inner: failure);
            }

            throw;
        }
    }

    private async Task AnnounceAsync(NpgsqlConnection home, TenantSide source, TenantSide target, PlaceRequest request, CancellationToken cancellationToken)
    {
        var epoch = await steps.RunAsync("announce", () => Placements.AnnounceAsync(home, source.TenantId, target.Name, cancellationToken));
        await steps.RunAsync("wait for requests under way", () => acknowledgements.WaitAsync(home, epoch, request.Drain, cancellationToken));
        await steps.RunAsync("wait for transactions under way", () => Acknowledgements.ShutAsync(source, request.Drain, cancellationToken));
    }

    private async Task<IReadOnlyList<TableSum>> FinishAsync(
        NpgsqlConnection home, TenantSide source, TenantSide target, TenantCopy copy, IReadOnlyList<MovedTable> tables, CancellationToken cancellationToken)
    {
        IReadOnlyList<TableSum> sums;
        var writing = await target.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await using (writing)
        {
            if (target.IsHome)
            {
                // Whoever keeps home's copy of the tenant's row up to date waits, and finds that there is nothing to copy any more.
                await target.AsAdministratorAsync(cancellationToken);
                await home.ExecuteAsync($"SELECT FROM tenant_placements WHERE id = '{target.TenantId:D}' FOR UPDATE", cancellationToken);
                await target.AsOwnerAsync(cancellationToken);
            }

            await using (var reading = await source.BeginAsync(IsolationLevel.RepeatableRead, cancellationToken))
            {
                await steps.RunAsync("copy the rest", () => copy.FinishAsync(source, target, cancellationToken));
                sums = await steps.RunAsync("compare", () => CompareAsync(source, target, tables, cancellationToken));
                await target.AsAdministratorAsync(cancellationToken);
                await source.AsAdministratorAsync(cancellationToken);
                await steps.RunAsync("copy revocations", () => CopiedRevocations.CopyAsync(source, target, cancellationToken));
                await reading.CommitAsync(cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            await MoveRecord.AppendAsync(target.Connection, target.TenantId, source.TenantId, source.Name, target.Name);
            if (target.IsHome)
            {
                await SwitchAsync(home, source, target, writing);
                return sums;
            }

            await target.Connection.ExecuteAsync($"UPDATE tenant_placements SET fenced = false WHERE id = '{target.TenantId:D}'", CancellationToken.None);
            await steps.RunAsync("open the target", () => writing.CommitAsync(CancellationToken.None));
        }

        await using var switching = await home.BeginTransactionAsync(CancellationToken.None);
        await SwitchAsync(home, source, target, switching);
        return sums;
    }

    /// <summary>From here on nothing is cancelled: it is a matter of milliseconds, and only the row knows whether it happened.</summary>
    private async Task SwitchAsync(NpgsqlConnection home, TenantSide source, TenantSide target, NpgsqlTransaction transaction)
    {
        await MoveRecord.AppendAsync(home, PlatformTenant.Id, source.TenantId, source.Name, target.Name);
        await Placements.SwitchAsync(home, target.TenantId, target.Name, source.Name, CancellationToken.None);
        if (!source.IsHome)
        {
            // On the very connection that keeps writers out: were it lost, this would fail.
            await steps.RunAsync("fence", () => source.Connection.ExecuteAsync(
                $"UPDATE tenant_placements SET fenced = true WHERE id = '{source.TenantId:D}'", CancellationToken.None));
        }

        await steps.RunAsync("switch", () => transaction.CommitAsync(CancellationToken.None));
    }

    private static async Task<IReadOnlyList<TableSum>> CompareAsync(
        TenantSide source, TenantSide target, IReadOnlyList<MovedTable> tables, CancellationToken cancellationToken)
    {
        var both = await Task.WhenAll(TenantRows.SumAsync(source, tables, cancellationToken), TenantRows.SumAsync(target, tables, cancellationToken));
        var different = both[0].Except(both[1]).Select(sum => sum.Table).ToList();
        if (different.Count > 0)
        {
            throw new MigrationFailedException($"The copies of these tables are not alike: {string.Join(", ", different)}; the tenant stays where it was.");
        }

        return both[0].Any(sum => sum is { Table: MovedTable.Tenants, Rows: 1 })
            ? both[0]
            : throw new MigrationFailedException("The tenant was erased meanwhile.");
    }

    /// <summary>Unless the switch was committed, of which only the row knows for certain.</summary>
    private async Task TakeBackAsync(NpgsqlConnection home, TenantSide source)
    {
        try
        {
            foreach (var placement in await Placements.ReadAsync(home, source.TenantId, CancellationToken.None))
            {
                if (placement.Moving)
                {
                    await leftovers.TakeBackAsync(home, placement, source.IsHome ? null : source, CancellationToken.None);
                }
            }

            await Acknowledgements.OpenAsync(source, CancellationToken.None);
        }
        catch (Exception failure) when (failure is NpgsqlException or InvalidOperationException)
        {
            logger.NotTakenBack(failure);
        }
    }
}
