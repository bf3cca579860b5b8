using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// Which log the store has: read from its names once, then kept by what this Worker stores. Answers without asking the store.
/// </summary>
public sealed class StoredWal(IObjectStore store)
{
    private readonly Lock gate = new();
    private readonly HashSet<(string SystemId, string File)> whole = [];
    private readonly Dictionary<(string SystemId, string File), List<(long Reach, ObjectName Name)>> partials = [];

    /// <summary>Whether the store was listed: until then it answers that nothing is there.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Lists the store unless that was done.</summary>
    /// <exception cref="BackupProblemException">It does not answer.</exception>
    public async Task LearnAsync(CancellationToken cancellationToken)
    {
        if (IsKnown)
        {
            return;
        }

        List<(WalObject Log, ObjectName Name)> found = [];
        await foreach (var each in store.ListAsync(WalObject.Prefix, cancellationToken))
        {
            if (WalObject.TryParse(each.Name) is { } log)
            {
                found.Add((log, each.Name));
            }
        }

        found.ForEach(each => Add(each.Log, each.Name));
        IsKnown = true;
    }

    /// <summary>The next question lists the store again: another Worker may have stored log.</summary>
    public void AskAgain() => IsKnown = false;

    /// <summary>Remembers what was stored.</summary>
    public void Add(WalObject log, ObjectName name)
    {
        lock (gate)
        {
            if (log.Kind != WalObjectKind.Partial)
            {
                whole.Add((log.SystemId, log.FileName));
                return;
            }

            if (!partials.TryGetValue((log.SystemId, log.FileName), out var known))
            {
                partials.Add((log.SystemId, log.FileName), known = []);
            }

            if (!known.Contains((log.Reach, name)))
            {
                known.Add((log.Reach, name));
            }
        }
    }

    /// <summary>Whether a finished segment or a history is there.</summary>
    public bool Has(string systemId, string file)
    {
        lock (gate)
        {
            return whole.Contains((systemId, file));
        }
    }

    /// <summary>How much of an unfinished segment is there, in bytes.</summary>
    public long Reach(string systemId, string file)
    {
        lock (gate)
        {
            return partials.TryGetValue((systemId, file), out var known) ? known.Max(each => each.Reach) : 0;
        }
    }

    /// <summary>The finished segments of a cluster.</summary>
    public IReadOnlyList<WalSegment> Segments(string systemId, int segmentSize)
    {
        lock (gate)
        {
            return [.. whole.Where(each => each.SystemId == systemId).Select(each => WalSegment.TryParse(each.File, segmentSize)).OfType<WalSegment>()];
        }
    }

    /// <summary>The unfinished segments of a cluster, and how far each reaches.</summary>
    public IReadOnlyList<(WalSegment Segment, long Reach)> Begun(string systemId, int segmentSize)
    {
        lock (gate)
        {
            return [.. partials.Where(each => each.Key.SystemId == systemId)
                .Select(each => (WalSegment.TryParse(each.Key.File, segmentSize)!.Value, each.Value.Max(part => part.Reach)))];
        }
    }

    /// <summary>Takes out unfinished segments of which there is more: the finished one, or one that reaches farther.</summary>
    public IReadOnlyList<ObjectName> TakeOutdated()
    {
        lock (gate)
        {
            List<ObjectName> outdated = [];
            foreach (var (segment, known) in partials.ToList())
            {
                var keep = whole.Contains(segment) ? null : known.MaxBy(each => each.Reach).Name;
                outdated.AddRange(known.Where(each => each.Name != keep).Select(each => each.Name));
                known.RemoveAll(each => each.Name != keep);
                if (known.Count == 0)
                {
                    partials.Remove(segment);
                }
            }

            return outdated;
        }
    }
}
