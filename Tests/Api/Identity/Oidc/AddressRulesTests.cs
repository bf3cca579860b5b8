using System.Net;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity.Oidc;
using ProductionReady.Api.Identity.Oidc.Remote;

namespace ProductionReady.Tests.Api.Identity.Oidc;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:7f00:1::")]
    [InlineData("2001:db8::1")]
    public void Address_that_is_not_public_is_refused(string address) => Rules().Permit(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void Public_address_is_permitted(string address) => Rules().Permit(IPAddress.Parse(address)).ShouldBeTrue();

    [Fact]
    public void Operator_may_allow_a_network_and_this_machine()
    {
        var rules = Rules(new OidcOptions { AllowedNetworks = ["10.1.0.0/16", "fd00::/8"], AllowLoopbackHttp = true });

        foreach (var (address, permitted) in (ReadOnlySpan<(string, bool)>)[
            ("10.1.255.1", true), ("10.2.0.1", false), ("::ffff:10.1.0.1", true), ("fd12::1", true), ("fe80::1", false), ("127.0.0.1", true), ("::1", true)])
        {
            rules.Permit(IPAddress.Parse(address)).ShouldBe(permitted, address);
        }
    }

    [Theory]
    [InlineData("https://provider.example/x", true)]
    [InlineData("https://provider.example/x#y", false)]
    [InlineData("https://me@provider.example/x", false)]
    [InlineData("http://provider.example/x", false)]
    [InlineData("http://127.0.0.1/x", false)]
    [InlineData("https://127.0.0.1/x", false)]
    [InlineData("https://2130706433/x", false)]
    [InlineData("https://[::1]/x", false)]
    [InlineData("ftp://provider.example/x", false)]
    [InlineData("file:///etc/passwd", false)]
    public void Only_https_to_what_may_be_public_is_sent(string uri, bool permitted) => Rules().Permit(new Uri(uri)).ShouldBe(permitted);

    [Theory]
    [InlineData("http://127.0.0.1:5000/x", true)]
    [InlineData("http://localhost:5000/x", true)]
    [InlineData("http://provider.example/x", false)]
    [InlineData("http://127.0.0.1.evil.example/x", false)]
    public void Without_tls_this_machine_alone_is_called(string uri, bool permitted) =>
        Rules(new OidcOptions { AllowLoopbackHttp = true }).Permit(new Uri(uri)).ShouldBe(permitted);

    [Fact]
    public void Options_that_make_no_sense_are_named()
    {
        var options = new OidcOptions
        {
            AllowedNetworks = ["10.0.0.0/8", "10.0.0.0/33", "everything"],
            RequestTimeout = TimeSpan.Zero,
            KeyRefreshInterval = TimeSpan.FromHours(1),
            FailurePause = TimeSpan.FromHours(1),
            StaleWhileError = TimeSpan.FromDays(8),
        };

        options.Faults().Count().ShouldBe(6);
        new OidcOptions().Faults().ShouldBeEmpty();
    }

    private static AddressRules Rules(OidcOptions? options = null) => new(Options.Create(options ?? new OidcOptions()));
}
