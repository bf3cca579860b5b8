using System.Net;
using ProductionReady.Api.RateLimits;

namespace ProductionReady.Tests.Api.RateLimits;

public sealed class SlidingWindowTests
{
    [Theory]
    [InlineData(0, 0, 0.0, 10)]
    [InlineData(0, 10, 0.5, 0)]
    [InlineData(10, 0, 0.0, 0)]
    [InlineData(10, 0, 0.5, 5)]
    [InlineData(10, 4, 0.5, 1)]
    [InlineData(10, 9, 0.99, 0)]
    [InlineData(100, 100, 0.5, 0)]
    public void Permits_left_count_the_window_before_by_the_share_still_covered(long before, long now, double elapsed, long left) =>
        new SlidingWindow(before, now, elapsed).Left(10).ShouldBe(left);

    [Theory]
    [InlineData(10, 0, 0.0)]
    [InlineData(10, 5, 0.3)]
    [InlineData(7, 10, 0.9)]
    [InlineData(0, 10, 0.2)]
    [InlineData(10, 10, 0.0)]
    public void After_the_wait_there_is_a_permit(long before, long now, double elapsed)
    {
        var window = new SlidingWindow(before, now, elapsed);
        window.Left(10).ShouldBe(0);

        var then = elapsed + window.WaitFor(10) + 1e-9;

        var later = then < 1 ? window with { Elapsed = then } : new SlidingWindow(now, 0, then - 1);
        later.Left(10).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void There_is_no_wait_while_permits_are_left() => new SlidingWindow(0, 3, 0.5).WaitFor(10).ShouldBe(0);

    [Fact]
    public void Addresses_of_one_IPv6_network_share_a_key_and_others_do_not()
    {
        Key("2001:db8:1:2::1").ShouldBe(Key("2001:db8:1:2:ffff::9"));
        Key("2001:db8:1:2::1").ShouldNotBe(Key("2001:db8:1:3::1"));
        Key("192.0.2.1").ShouldNotBe(Key("192.0.2.2"));
        Key("192.0.2.1").ShouldBe(Key("::ffff:192.0.2.1"));
    }

    private static RateLimitKey Key(string address) => RateLimitKey.Of(RateLimitPolicy.Address, IPAddress.Parse(address));
}
