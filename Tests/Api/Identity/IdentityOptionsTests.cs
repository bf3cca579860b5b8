using ProductionReady.Api.Identity;
using ProductionReady.Api.Identity.Keys;

namespace ProductionReady.Tests.Api.Identity;

public sealed class IdentityOptionsTests
{
    private const string Good = "Zk3vQ9mL2xTn8RbW5yHc7PdG4sJf6KuA";

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
    public void Bad_values_of_the_signing_keys_and_of_former_secrets_are_named()
    {
        var options = new IdentityOptions { KeyEncryptionKey = Good, PreviousKeyEncryptionKeys = [Good, "short"] };
        options.SigningKeys.RotateEvery = TimeSpan.FromMinutes(1);
        options.SigningKeys.RefreshEvery = TimeSpan.Zero;
        options.SigningKeys.PublishAhead = TimeSpan.FromDays(1);

        options.Faults().Count().ShouldBe(5);
    }

    [Theory]
    [InlineData("00:02:59", false)]
    [InlineData("00:03:00", true)]
    [InlineData("15.00:00:00", true)]
    [InlineData("15.00:00:01", false)]
    public void A_key_is_published_long_enough_before_it_signs(string ahead, bool good)
    {
        var options = new SigningKeyOptions { PublishAhead = TimeSpan.Parse(ahead, System.Globalization.CultureInfo.InvariantCulture) };

        options.Faults().Any().ShouldBe(!good);
        options.KeySetMaxAge.ShouldBeLessThan(options.PublishAhead);
    }

    [Fact]
    public void The_defaults_with_a_random_key_are_good() =>
        new IdentityOptions { KeyEncryptionKey = Good }.Faults().ShouldBeEmpty();
}
