using ProductionReady.Api.Contacts.Rules;

namespace ProductionReady.Api.Contacts.Import;

/// <summary>Counts as an import goes on, in bounded memory: rejections beyond <see cref="MaxListed"/> are counted only.</summary>
public sealed class ImportTally
{
    /// <summary>Entries of the report's list of rejections.</summary>
    public const int MaxListed = 10_000;

    private readonly List<Rejection> _rejected = [];
    private long _rejectedCount;
    private long _created;
    private long _updated;
    private long _unchanged;

    /// <summary>Records read.</summary>
    public long Received { get; private set; }

    /// <summary>Counts a record that was read.</summary>
    public void Receive() => Received++;

    /// <summary>Counts a record that was not taken and lists why.</summary>
    public void Reject(long line, params ReadOnlySpan<BrokenRule> broken)
    {
        _rejectedCount++;
        foreach (var (field, reason) in broken)
        {
            if (_rejected.Count == MaxListed)
            {
                return;
            }

            _rejected.Add(new(line, field, reason));
        }
    }

    /// <summary>Counts records whose contact was there already, just so.</summary>
    public void Keep(long count) => _unchanged += count;

    /// <summary>Counts what a batch that is stored came to.</summary>
    public void Store(long created, long updated, long unchanged)
    {
        _created += created;
        _updated += updated;
        _unchanged += unchanged;
    }

    /// <summary>The counts so far.</summary>
    public ImportReport Report(bool complete) => new(
        Received, _created, _updated, _unchanged, _rejectedCount, [.. _rejected.OrderBy(rejection => rejection.Line)], complete);
}
