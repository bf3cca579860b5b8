namespace ProductionReady.Data.Audit;

/// <summary>Where a trail stops being what was written.</summary>
/// <param name="Seq">The first entry that is not, or no longer, as it was written.</param>
/// <param name="Kind">In which way.</param>
public sealed record AuditBreak(long Seq, AuditBreakKind Kind)
{
    /// <summary>One sentence for people.</summary>
    public string Sentence => Kind switch
    {
        AuditBreakKind.Changed => $"Entry {Seq} was changed: its hash does not fit its content.",
        AuditBreakKind.Removed => $"Entry {Seq} is missing, and later ones are there.",
        AuditBreakKind.Inserted => $"Entry {Seq} was put in: that place was taken, or nothing was written there yet.",
        AuditBreakKind.Unlinked => $"Entry {Seq} does not continue the one before it, which was rewritten together with its hash.",
        AuditBreakKind.CutShort => $"Entry {Seq} was written once and is missing, as is all after it.",
        _ => $"The head of the trail does not fit its last entry, {Seq}.",
    };
}

/// <summary>Ways in which a trail can be broken. On the wire <c>changed</c>, <c>removed</c> and so on.</summary>
public enum AuditBreakKind
{
    /// <summary>The content does not fit the hash; entries that changed places look like this too.</summary>
    Changed,

    /// <summary>Missing in the middle or at the beginning.</summary>
    Removed,

    /// <summary>Nothing that <c>append_audit</c> wrote.</summary>
    Inserted,

    /// <summary>The hash of the entry before is not the one that this entry continues.</summary>
    Unlinked,

    /// <summary>Missing at the end, by the head or by an earlier verification.</summary>
    CutShort,

    /// <summary>The head was rewritten or removed.</summary>
    HeadRewritten,
}
