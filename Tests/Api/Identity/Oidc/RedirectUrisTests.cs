using ProductionReady.Api.Identity.Oidc.SignIns;

namespace ProductionReady.Tests.Api.Identity.Oidc;

public sealed class RedirectUrisTests
{
    [Theory]
    [InlineData("https://app.example/callback", true)]
    [InlineData("https://app.example/callback?x=1", true)]
    [InlineData("http://127.0.0.1/callback", true)]
    [InlineData("http://[::1]:8400/callback", true)]
    [InlineData("http://localhost:3000/callback", true)]
    [InlineData("com.example.app:/callback", true)]
    [InlineData("http://app.example/callback", false)]
    [InlineData("http://127.0.0.1.evil.example/callback", false)]
    [InlineData("myapp:/callback", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("https://app.example/callback#x", false)]
    [InlineData("https://me:secret@app.example/", false)]
    [InlineData("https://app.example\\@evil.example/", false)]
    [InlineData("https://app.example/ä", false)]
    [InlineData("https://app.example/a b", false)]
    [InlineData("//app.example/callback", false)]
    [InlineData("callback", false)]
    public void Address_is_registered_when_only_its_owner_gets_what_is_sent_there(string uri, bool acceptable) =>
        RedirectUris.IsAcceptable(uri).ShouldBe(acceptable);

    [Theory]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:51004/callback", true)]
    [InlineData("http://127.0.0.1:1/callback", "http://127.0.0.1/callback", true)]
    [InlineData("http://[::1]/callback", "http://[::1]:51004/callback", true)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:51004/callback?x", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.2:51004/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://[::1]:51004/callback", false)]
    [InlineData("http://127.0.0.1/callback", "https://127.0.0.1:51004/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:51004@evil.example/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:51004\n/callback", false)]
    [InlineData("http://localhost/callback", "http://localhost:51004/callback", false)]
    [InlineData("https://app.example/callback", "https://app.example:8443/callback", false)]
    [InlineData("https://app.example/callback", "https://app.example/callback", true)]
    public void Address_is_compared_exactly_but_for_the_port_of_a_loopback_address(string registered, string requested, bool same) =>
        RedirectUris.Include([registered], requested).ShouldBe(same);
}
