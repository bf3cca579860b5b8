using ProductionReady.Api.Identity;

namespace ProductionReady.Tests.Api.Identity;

public sealed class IdentityOptionsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_missing_short_or_regular_key_is_named(string key) =>
        new IdentityOptions { KeyEncryptionKey = key }.Faults().ShouldHaveSingleItem().ShouldStartWith("Identity:KeyEncryptionKey");

    [Fact]
    public void Each_bad_value_is_named()
    {
        var options = new IdentityOptions { Issuer = "", Audience = " ", AccessTokenLifetime = TimeSpan.FromDays(1), SessionLifetime = TimeSpan.Zero };

        options.Faults().Count().ShouldBe(5);
    }

    [Fact]
    public void The_defaults_with_a_random_key_are_good() =>
        new IdentityOptions { KeyEncryptionKey = "Zk3vQ9mL2xTn8RbW5yHc7PdG4sJf6KuA" }.Faults().ShouldBeEmpty();
}
