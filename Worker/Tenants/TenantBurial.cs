using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenants;
using ProductionReady.Worker.Backups;

namespace ProductionReady.Worker.Tenants;

/// <summary>
/// Tombstones, in the folder of the backups and in the database. The file is written first: from then on the tenant is to be erased
/// whatever happens, also when a backup of an earlier day takes the database's place.
/// </summary>
public sealed class TenantBurial(TenantGate gate, DirectoryMirror mirror, TenantDeletion deletion, BackupFolder folder, TimeProvider clock)
{
    // Longer than any access token lives.
    private static readonly TimeSpan TokensLiveFor = TimeSpan.FromMinutes(70);

    /// <summary>Tenants that have a tombstone and are there all the same: a backup brought them back, or their erasure is not finished.</summary>
    public async Task<IReadOnlyList<Guid>> FindRestoredAsync(CancellationToken cancellationToken)
    {
        var buried = TombstoneFile.Tenants(folder.Location);
        var restored = new List<Guid>();
        foreach (var some in buried.Chunk(1000))
        {
            await using var command = gate.Home.Sessions.CreateCommand("SELECT tenants_among($1)");
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = some });
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                restored.Add(row.GetGuid(0));
            }
        }

        return restored;
    }

    /// <summary>
    /// Closes a tenant for good: writes its tombstones, lets nobody in any more and announces that its sessions and keys have ended. The
    /// counts of the first time stay. May be repeated.
    /// </summary>
    /// <returns>False when there is no such tenant.</returns>
    public async Task<bool> BuryAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var session = await TenantSession.OpenAsync(gate, tenantId, cancellationToken);
        await using var transaction = await session.BeginAsync(cancellationToken);

        // Nobody adds rows for the tenant while they are counted: its row is what foreign keys point to.
        var tenant = await session.ReadAsync(
            "SELECT slug, coalesce(erase_after, now()), now() FROM tenants WHERE id = $1 FOR UPDATE",
            row => (Slug: row.GetString(0), DueAt: row.GetFieldValue<DateTimeOffset>(1), Now: row.GetFieldValue<DateTimeOffset>(2)),
            cancellationToken, tenantId);
        if (tenant.Slug is null)
        {
            // Of a tenant that lived elsewhere the directory may still have it: a Worker died before it was told.
            return session.Database is not null && await IsInDirectoryAsync(tenantId, cancellationToken);
        }

        var file = await WriteFileAsync(session, tenant.Slug, tenant.DueAt, tenant.Now, cancellationToken);
        await RecordAsync(session, file, cancellationToken);
        await session.ExecuteAsync(
            """
            UPDATE tenants SET state = 'closing', suspended_reason = NULL, closing_at = coalesce(closing_at, now()), erase_after = least(erase_after, now()), updated_at = now()
            WHERE id = $1
            """,
            cancellationToken, tenantId);
        await session.ExecuteAsync(
            """
            INSERT INTO revocations (id, subject, below_version, until)
            SELECT gen_random_uuid(), subject, $2, clock_timestamp() + $3
            FROM (SELECT $1 UNION ALL SELECT id FROM sessions WHERE tenant_id = $1 AND revoked_at IS NULL
                  UNION ALL SELECT id FROM api_keys WHERE tenant_id = $1 AND revoked_at IS NULL) AS subjects (subject)
            """,
            cancellationToken, tenantId, Revocation.All, TokensLiveFor);
        await transaction.CommitAsync(cancellationToken);
        await mirror.CopyAsync(tenantId, cancellationToken);
        return true;
    }

    private async Task<bool> IsInDirectoryAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var home = await TenantSession.OpenAtHomeAsync(gate, tenantId, cancellationToken);
        return await home.ReadAsync("SELECT count(*) FROM tenants WHERE id = $1", row => row.GetInt64(0), cancellationToken, tenantId) > 0;
    }

    /// <summary>In the tenant's transaction when it lives at home, and else before that commits.</summary>
    private async Task RecordAsync(TenantSession session, TombstoneFile file, CancellationToken cancellationToken)
    {
        await using var home = session.Database is null ? null : await TenantSession.OpenAtHomeAsync(gate, session.TenantId, cancellationToken);
        await (home ?? session).ExecuteAsync(
            """
            INSERT INTO tombstones (id, slug_hash, due_at, started_at, rows_before) VALUES ($1, $2, $3, $4, $5::text::jsonb)
            ON CONFLICT (id) DO UPDATE SET erased_at = NULL, rows_after = NULL
            """,
            cancellationToken, session.TenantId, Convert.FromHexString(file.SlugHash), file.DueAt, file.StartedAt, JsonSerializer.Serialize(file.RowsBefore));
    }

    /// <summary>Completes the file of a tenant that the database says is gone.</summary>
    public async Task FinishAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        if (TombstoneFile.Read(folder.Location, tenantId) is not { IsDone: false } file)
        {
            return;
        }

        await using var session = await TenantSession.OpenAtHomeAsync(gate, tenantId, cancellationToken);
        var row = await session.ReadAsync(
            "SELECT erased_at, rows_after::text FROM tombstones WHERE id = $1 AND erased_at IS NOT NULL",
            row => (ErasedAt: row.GetFieldValue<DateTimeOffset>(0), After: row.GetString(1)),
            cancellationToken, tenantId);
        if (row.After is not null)
        {
            Write(file.Finished(row.ErasedAt, JsonSerializer.Deserialize<Dictionary<string, long>>(row.After)!));
        }
    }

    /// <summary>All tombstones in the folder of the backups, the oldest first.</summary>
    public IReadOnlyList<TombstoneFile> List() =>
        [.. TombstoneFile.Tenants(folder.Location).Select(id => TombstoneFile.Read(folder.Location, id)!).OrderBy(file => file.StartedAt)];

    private async Task<TombstoneFile> WriteFileAsync(TenantSession session, string slug, DateTimeOffset dueAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = TombstoneFile.Read(folder.Location, session.TenantId);
        if (known is { IsDone: false })
        {
            return known;
        }

        var rows = await deletion.CountAsync(session, cancellationToken);
        var file = known?.BegunAgain(clock.GetUtcNow(), rows) ?? new TombstoneFile(
            TombstoneFile.CurrentFormat, session.TenantId, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(slug))),
            dueAt, now, rows, ErasedAt: null, RowsAfter: null, Again: []);
        Write(file);
        return file;
    }

    private void Write(TombstoneFile file) => DurableFile.Write(TombstoneFile.PathOf(folder.Location, file.TenantId), file.ToBytes());
}
