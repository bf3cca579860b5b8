namespace ProductionReady.Data.Audit;

/// <summary>What the head of a trail says.</summary>
internal sealed record AuditHead(long LastSeq, byte[] LastHash, AuditAnchor? Noted);

/// <summary>Follows a trail from entry to entry.</summary>
internal sealed class AuditWalk(AuditHead? head, AuditAnchor? anchor, long begin, long? limit)
{
    private readonly AuditHash _hash = new();
    private readonly byte[] _computed = new byte[AuditHash.Length];
    private readonly AuditHead? _head = head;
    private readonly AuditAnchor[] _anchors = [.. new[] { head?.Noted, anchor }.OfType<AuditAnchor>()];
    private long _good;
    private long _seq = begin;
    private byte[] _last = AuditHash.Beginning;
    private bool _begun = begin == 0;
    private bool _complete;
    private AuditBreak? _break;

    public AuditVerification Result => new(_good, _seq, _last, _complete, _break);

    /// <summary>Takes the next entry; false when there is nothing more to look at.</summary>
    public bool Step(AuditRow row)
    {
        if (!_begun)
        {
            _begun = true;
            _last = row.Hash;
            return row.Seq == _seq || Broken(_seq, AuditBreakKind.Removed);
        }

        if (_good == limit)
        {
            return false;
        }

        if (row.Seq != _seq + 1)
        {
            return row.Seq > _seq + 1 ? Broken(_seq + 1, AuditBreakKind.Removed) : Broken(row.Seq, AuditBreakKind.Inserted);
        }

        _hash.Compute(row, _computed);
        if (!row.Hash.AsSpan().SequenceEqual(_computed))
        {
            return Broken(row.Seq, AuditBreakKind.Changed);
        }

        if (!row.PreviousHash.AsSpan().SequenceEqual(_last)
            || _anchors.Any(noted => noted.Seq == row.Seq && !row.Hash.AsSpan().SequenceEqual(noted.Hash)))
        {
            return Broken(row.Seq, AuditBreakKind.Unlinked);
        }

        if (_head is not null && row.Seq > _head.LastSeq)
        {
            return Broken(row.Seq, AuditBreakKind.Inserted);
        }

        _good++;
        _seq = row.Seq;
        _last = row.Hash;
        return true;
    }

    /// <summary>There are no more entries.</summary>
    public void End()
    {
        var written = _anchors.Select(noted => noted.Seq).Append(_head?.LastSeq ?? 0).Max();
        _complete = true;
        if (!_begun || written > _seq)
        {
            Broken(_begun ? _seq + 1 : _seq, AuditBreakKind.CutShort);
        }
        else if (_seq > 0 && (_head is null || !_head.LastHash.AsSpan().SequenceEqual(_last)))
        {
            Broken(_seq, AuditBreakKind.HeadRewritten);
        }
    }

    private bool Broken(long seq, AuditBreakKind kind)
    {
        _complete = false;
        _break = new AuditBreak(seq, kind);
        return false;
    }
}
