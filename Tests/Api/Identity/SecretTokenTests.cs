using ProductionReady.Api.Identity.Tokens;

namespace ProductionReady.Tests.Api.Identity;

public sealed class SecretTokenTests
{
    [Fact]
    public void A_token_carries_its_tenant_and_reads_back()
    {
        var tenantId = Guid.CreateVersion7();
        var token = SecretToken.Create(SecretToken.Refresh, tenantId);

        token.Text.ShouldStartWith("prt_");
        token.Text.Length.ShouldBe(68);
        SecretToken.TryParse(SecretToken.Refresh, token.Text, out var read).ShouldBeTrue();
        read.TenantId.ShouldBe(tenantId);
        read.Hash().ShouldBe(token.Hash());
        token.ToString().ShouldNotContain(token.Text[4..]);
    }

    [Fact]
    public void A_token_of_one_kind_is_not_read_as_another() =>
        SecretToken.TryParse(SecretToken.ApiKey, SecretToken.Create(SecretToken.Refresh, Guid.CreateVersion7()).Text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("prt_")]
    [InlineData("prt_AAAA")]
    [InlineData("PRT_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("prt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("prt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_token_is_not_read(string? text) => SecretToken.TryParse(SecretToken.Refresh, text, out _).ShouldBeFalse();
}
