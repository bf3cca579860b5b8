using ProductionReady.Api.Tenants;

namespace ProductionReady.Tests.Api.Tenants;

public sealed class ReservedSlugsTests
{
    [Theory]
    [InlineData("admin")]
    [InlineData("platform")]
    [InlineData("postmaster")]
    [InlineData("mta-sts")]
    [InlineData("adm1n")]
    [InlineData("admln")]
    [InlineData("p1atf0rm")]
    [InlineData("sup-port")]
    [InlineData("supp0rt")]
    [InlineData("adrnin")]
    [InlineData("vvvvvv")]
    [InlineData("b1lling")]
    [InlineData("xn--80ak6aa92e")]
    [InlineData("ab--cd")]
    [InlineData("01890a5d-ac96-774b-bcce-b302099a8057")]
    [InlineData("01890a5dac96774bbcceb302099a8057")]
    public void Slug_is_reserved_when_it_would_pass_for_something_else(string slug) => ReservedSlugs.Contains(slug).ShouldBeTrue();

    [Theory]
    [InlineData("acme")]
    [InlineData("acme-1")]
    [InlineData("a--b")]
    [InlineData("administrators-of-acme")]
    [InlineData("42")]
    [InlineData("t01890a5dac96774bbcc")]
    [InlineData("cafebabe")]
    public void Slug_is_free_when_it_is_somebodys_own(string slug) => ReservedSlugs.Contains(slug).ShouldBeFalse();
}
