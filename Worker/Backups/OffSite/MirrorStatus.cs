namespace ProductionReady.Worker.Backups.OffSite;

/// <summary>How far the copy is behind the store, as this Worker found it last.</summary>
/// <param name="At">When both were compared, UTC.</param>
/// <param name="Copied">Objects that were copied.</param>
/// <param name="CopiedBytes">Their bytes.</param>
/// <param name="Behind">Objects that the copy still lacked afterwards.</param>
/// <param name="BehindSince">When the oldest of them was stored, by the store's clock; null when none is lacking.</param>
/// <param name="Extra">Objects that the copy has and the store has not: pruned in the store alone so far, or lost there.</param>
/// <param name="Problems">One sentence for each object that could not be copied.</param>
public sealed record MirrorStatus(
    DateTimeOffset At, int Copied, long CopiedBytes, int Behind, DateTimeOffset? BehindSince, int Extra, IReadOnlyList<string> Problems);
