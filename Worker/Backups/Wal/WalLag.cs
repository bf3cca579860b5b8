using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// Turns positions into time: remembers when the log was seen to have grown to where. By a monotonic clock, so that a clock that is
/// set changes nothing.
/// </summary>
public sealed class WalLag(TimeProvider clock)
{
    private const int Most = 4096;

    private readonly List<(long At, NpgsqlLogSequenceNumber Flushed)> samples = [];

    /// <summary>The server's log ends here now.</summary>
    public void Seen(NpgsqlLogSequenceNumber flushed)
    {
        if (samples.Count > 0 && samples[^1].Flushed >= flushed)
        {
            return;
        }

        if (samples.Count == Most)
        {
            // Coarser in the middle; the oldest, which lags are told by, stays until it is behind everyone.
            var index = 0;
            samples.RemoveAll(_ => index++ % 2 == 1);
        }

        samples.Add((clock.GetTimestamp(), flushed));
    }

    /// <summary>How long there has been log beyond a position; none when the position is at the end.</summary>
    public TimeSpan Behind(NpgsqlLogSequenceNumber position)
    {
        var first = samples.FindIndex(sample => sample.Flushed > position);
        return first < 0 ? TimeSpan.Zero : clock.GetElapsedTime(samples[first].At);
    }

    /// <summary>Forgets what nobody lags behind any more.</summary>
    public void Forget(NpgsqlLogSequenceNumber before) => samples.RemoveAll(sample => sample.Flushed <= before);
}
