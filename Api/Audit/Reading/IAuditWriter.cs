using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit.Reading;

/// <summary>Writes entries to a file one by one, word for word as their hashes cover them.</summary>
public interface IAuditWriter : IAsyncDisposable
{
    /// <summary>Writes what stands before the first entry.</summary>
    ValueTask StartAsync(CancellationToken cancellationToken);

    /// <summary>Writes an entry, at times to a buffer only.</summary>
    ValueTask WriteAsync(AuditRow entry, CancellationToken cancellationToken);

    /// <summary>Sends on what is in the buffer.</summary>
    ValueTask FlushAsync(CancellationToken cancellationToken);

    /// <summary>Writes the last record, which a file that broke off lacks.</summary>
    ValueTask EndAsync(AuditExportEnd end, CancellationToken cancellationToken);
}

/// <summary>The last record of an export.</summary>
/// <param name="TenantId">Whose trail it is; part of what is hashed.</param>
/// <param name="Entries">How many entries stand before it.</param>
/// <param name="Complete">Whether they are the whole trail up to the end, so that each must continue the one before.</param>
/// <param name="LastSeq">The last entry of the trail when the export began, whatever the filter.</param>
/// <param name="LastHash">Its hash, 64 hexadecimal digits.</param>
/// <param name="Encoding">Names how hashes are computed.</param>
public sealed record AuditExportEnd(Guid TenantId, long Entries, bool Complete, long LastSeq, string LastHash, string Encoding);
