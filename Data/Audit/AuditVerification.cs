namespace ProductionReady.Data.Audit;

/// <summary>What looking at a trail, or a stretch of it, came to.</summary>
/// <param name="Entries">How many entries were found good.</param>
/// <param name="LastSeq">The last of them; where the look began when there was none.</param>
/// <param name="LastHash">Its hash. Kept elsewhere, it proves later that nothing up to it was rewritten.</param>
/// <param name="Complete">Whether the end of the trail was reached and compared with its head.</param>
/// <param name="Break">The first thing wrong; the look ended there.</param>
public sealed record AuditVerification(long Entries, long LastSeq, byte[] LastHash, bool Complete, AuditBreak? Break);

/// <summary>An entry's hash that was noted before and must still be in the trail.</summary>
/// <param name="Seq">Which entry.</param>
/// <param name="Hash">Its hash, 32 bytes.</param>
public sealed record AuditAnchor(long Seq, byte[] Hash);
