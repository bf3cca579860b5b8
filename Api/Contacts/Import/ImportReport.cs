namespace ProductionReady.Api.Contacts.Import;

/// <summary>What an import did. Each record of the file is counted once: created, updated, unchanged or rejected.</summary>
/// <param name="Received">Records read.</param>
/// <param name="Created">Contacts that are new.</param>
/// <param name="Updated">Contacts with the record's e-mail address, brought up to date.</param>
/// <param name="Unchanged">Records whose contact was there already, just so.</param>
/// <param name="RejectedCount">Records that were not taken.</param>
/// <param name="Rejected">What was wrong with them, in the order of the file; the first <see cref="ImportTally.MaxListed"/> only.</param>
/// <param name="Complete">False when the rest of the file was not read; the last entry of <see cref="Rejected"/> says why.</param>
public sealed record ImportReport(
    long Received, long Created, long Updated, long Unchanged, long RejectedCount, IReadOnlyList<Rejection> Rejected, bool Complete);

/// <summary>One thing that is wrong with a record; a record with several has one of these for each.</summary>
/// <param name="Line">The line of the file on which the record starts, from 1.</param>
/// <param name="Field">The field it is about; null for the record as a whole.</param>
/// <param name="Reason">For a person.</param>
public sealed record Rejection(long Line, string? Field, string Reason);
