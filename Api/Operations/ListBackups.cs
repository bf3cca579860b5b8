using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Paging;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Operations;

namespace ProductionReady.Api.Operations;

/// <summary>A backup in the store.</summary>
/// <param name="Id">Its id in the store, as the Worker's commands take it.</param>
/// <param name="Kind"><c>base</c>, <c>dump</c> or <c>configuration</c>.</param>
/// <param name="StartedAt">When it was begun, UTC.</param>
/// <param name="FinishedAt">When it was done, UTC.</param>
/// <param name="Bytes">Bytes as stored.</param>
/// <param name="ServerVersion">Version of the server that it is of.</param>
/// <param name="Verification">The last time its objects were read and compared; null for never.</param>
/// <param name="RestoreTest">The last time it was restored to try it; null for never.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record BackupView(
    string Id, string Kind, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, long Bytes, string ServerVersion, BackupTrial? Verification,
    BackupTrial? RestoreTest, string? Problem)
{
    internal static BackupView Of(PublishedBackup backup) => new(
        backup.Id, backup.Kind, backup.StartedAt, backup.FinishedAt, backup.Bytes, backup.ServerVersion,
        BackupTrial.Of(backup.VerifiedAt, backup.Verified), BackupTrial.Of(backup.RestoredAt, backup.Restored), backup.Problem);
}

/// <summary>A trial of a backup.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Passed">Whether it was as it should be.</param>
public sealed record BackupTrial(DateTimeOffset At, bool Passed)
{
    internal static BackupTrial? Of(DateTimeOffset? at, bool? passed) => at is { } time && passed is { } well ? new BackupTrial(time, well) : null;
}

/// <summary>A page of backups.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">For the next page; null on the last.</param>
public sealed record BackupPage(IReadOnlyList<BackupView> Items, string? NextCursor);

/// <summary><c>GET /api/v1/operations/backups</c>: filter <c>kind</c>.</summary>
public static class ListBackups
{
    private static readonly string[] Kinds = ["base", "dump", "configuration"];

    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        string? kind, string? limit, string? cursor, Principal principal, AppDbContext database, CursorSigner cursors, AuditTrail audit,
        CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(kind) && !Kinds.Contains(kind, StringComparer.Ordinal))
        {
            return Problems.Validation(new FieldErrors().Add("kind", "Must be base, dump or configuration."));
        }

        if (NewestFirst.TryRead($"backups {kind}", principal.TenantId, limit, cursor, cursors, out var page) is { } problem)
        {
            return problem;
        }

        var rows = await database.PublishedBackups.AsNoTracking()
            .Where(backup => (string.IsNullOrEmpty(kind) || backup.Kind == kind) && (page.Before == null || backup.Place < page.Before))
            .OrderByDescending(backup => backup.Place).Take(page.Count + 1).ToListAsync(cancellationToken);
        await audit.RecordAsync(new AuditEvent(AuditActions.PlatformOperationsRead, AuditOutcome.Succeeded, "backup", null), cancellationToken);
        return TypedResults.Ok(new BackupPage([.. rows.Take(page.Count).Select(BackupView.Of)], page.Next([.. rows.Select(row => row.Place)], cursors)));
    }
}
