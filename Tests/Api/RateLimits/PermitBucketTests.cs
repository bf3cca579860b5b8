using ProductionReady.Api.RateLimits;

namespace ProductionReady.Tests.Api.RateLimits;

public sealed class PermitBucketTests
{
    private readonly PermitBucket _bucket = new();

    [Fact]
    public void Drawn_permits_are_given_out_and_end()
    {
        _bucket.Add(window: 7, granted: 2, leftShared: 5);

        _bucket.TryGive(7, 0, out var left, out _).ShouldBe(true);
        left.ShouldBe(6);
        _bucket.TryGive(7, 0, out _, out _).ShouldBe(true);
        _bucket.TryGive(7, 0, out _, out _).ShouldBeNull();
    }

    [Fact]
    public void Permits_of_one_window_are_not_good_for_the_next()
    {
        _bucket.Add(window: 7, granted: 2, leftShared: 5);

        _bucket.TryGive(8, 0, out _, out _).ShouldBeNull();
    }

    [Fact]
    public void A_refusal_holds_until_its_time()
    {
        _bucket.Add(7, 0, 0);
        _bucket.Refuse(until: 100);

        _bucket.TryGive(7, 99, out _, out _).ShouldBe(false);
        _bucket.TryGive(7, 100, out _, out _).ShouldBeNull();
    }

    [Fact]
    public void Counting_alone_goes_on_from_what_was_given_before()
    {
        _bucket.Add(window: 7, granted: 3, leftShared: 0);
        for (var i = 0; i < 3; i++)
        {
            _bucket.TryGive(7, 0, out _, out _).ShouldBe(true);
        }

        _bucket.TryGiveLocally(7, elapsed: 0.5, limit: 4, out _).ShouldBeTrue();
        _bucket.TryGiveLocally(7, elapsed: 0.5, limit: 4, out _).ShouldBeFalse();
        _bucket.TryGiveLocally(8, elapsed: 0, limit: 4, out _).ShouldBeFalse();
        _bucket.TryGiveLocally(8, elapsed: 0.5, limit: 4, out _).ShouldBeTrue();
    }
}
