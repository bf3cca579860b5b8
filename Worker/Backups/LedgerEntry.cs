namespace ProductionReady.Worker.Backups;

/// <summary>One table at the time of a backup.</summary>
/// <param name="Table">Schema and name, quoted where SQL needs it.</param>
/// <param name="Rows">How many.</param>
/// <param name="ForcedRowSecurity">Row-level security was enabled and forced.</param>
public sealed record LedgerEntry(string Table, long Rows, bool ForcedRowSecurity);
