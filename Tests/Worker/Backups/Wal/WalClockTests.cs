using NpgsqlTypes;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups.Wal;

public sealed class WalClockTests
{
    [Fact]
    public void Lag_and_pauses_are_told_by_elapsed_time_and_never_ask_what_time_it_is()
    {
        var clock = new NoTimeOfDay();
        var lag = new WalLag(clock);
        lag.Seen(new NpgsqlLogSequenceNumber(100));
        clock.Passes(TimeSpan.FromSeconds(30));
        lag.Seen(new NpgsqlLogSequenceNumber(200));
        clock.Passes(TimeSpan.FromSeconds(5));
        lag.Behind(new NpgsqlLogSequenceNumber(50)).ShouldBe(TimeSpan.FromSeconds(35));
        lag.Behind(new NpgsqlLogSequenceNumber(100)).ShouldBe(TimeSpan.FromSeconds(5));
        lag.Behind(new NpgsqlLogSequenceNumber(200)).ShouldBe(TimeSpan.Zero);
        lag.Forget(new NpgsqlLogSequenceNumber(100));
        lag.Behind(new NpgsqlLogSequenceNumber(50)).ShouldBe(TimeSpan.FromSeconds(5));

        var backoff = new Backoff(clock, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        TimeSpan[] pauses = [.. Enumerable.Range(0, 6).Select(_ => backoff.Failed())];
        pauses.Select(pause => pause.TotalSeconds).ShouldBe([1, 2, 4, 8, 10, 10]);
        clock.Passes(TimeSpan.FromSeconds(11));
        backoff.Failed().ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Lag_remembers_the_oldest_that_is_missing_however_long_it_lasts()
    {
        var clock = new NoTimeOfDay();
        var lag = new WalLag(clock);
        for (var n = 1UL; n <= 10_000; n++)
        {
            lag.Seen(new NpgsqlLogSequenceNumber(n));
            clock.Passes(TimeSpan.FromSeconds(1));
        }

        lag.Behind(new NpgsqlLogSequenceNumber(0)).ShouldBe(TimeSpan.FromSeconds(10_000));
        lag.Behind(new NpgsqlLogSequenceNumber(9_999)).ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Segment_belongs_to_the_timeline_that_has_its_end()
    {
        var history = TimelineHistory.Parse(3, "1\t0/2800000\tno recovery target specified\n2\t0/4000000\tbefore 2000-01-01\n");
        history.Whole(1, WalSegment.UsualSize).FileName.ShouldBe("000000010000000000000001");
        history.Whole(2, WalSegment.UsualSize).FileName.ShouldBe("000000020000000000000002");
        history.Whole(3, WalSegment.UsualSize).FileName.ShouldBe("000000020000000000000003");
        history.Whole(4, WalSegment.UsualSize).FileName.ShouldBe("000000030000000000000004");
    }

    /// <summary>Time passes, but nobody can be told what time it is: whoever asks fails.</summary>
    private sealed class NoTimeOfDay : TimeProvider
    {
        private long _elapsed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => throw new InvalidOperationException("The time of day was asked for.");

        public override long GetTimestamp() => _elapsed;

        public void Passes(TimeSpan time) => _elapsed += time.Ticks;
    }
}
