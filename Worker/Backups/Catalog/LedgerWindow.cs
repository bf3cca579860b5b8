namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>
/// The part of the log in which a ledger's snapshot was taken while others were writing. Which commits of that part the snapshot shows
/// tells where in it a recovery has the very same rows.
/// </summary>
/// <param name="From">A position before it, by so much that no transaction still in progress in the snapshot has its commit before.</param>
/// <param name="Until">A position after it.</param>
/// <param name="Snapshot">As <c>pg_current_snapshot()</c> writes it: <c>XMIN:XMAX:XID,XID</c>, with those in progress.</param>
public sealed record LedgerWindow(string From, string Until, string Snapshot);
