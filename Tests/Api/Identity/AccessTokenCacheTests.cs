using System.Collections.Frozen;
using System.Security.Claims;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Tokens;

namespace ProductionReady.Tests.Api.Identity;

public sealed class AccessTokenCacheTests
{
    private readonly AccessTokenCache _cache = new();

    [Fact]
    public void A_token_in_use_survives_many_others_and_one_that_is_not_does_not()
    {
        _cache.Add("used", Token());
        _cache.Add("idle", Token());
        for (var i = 0; i < 3 * AccessTokenCache.GenerationSize; i++)
        {
            _cache.Add($"other {i}", Token());
            _cache.Find("used").ShouldNotBeNull();
        }

        _cache.Find("idle").ShouldBeNull();
    }

    [Fact]
    public void A_token_that_differs_in_one_character_is_not_found()
    {
        _cache.Add("token", Token());

        _cache.Find("tokem").ShouldBeNull();
    }

    private static AccessToken Token() => new(
        new Principal(PrincipalKind.User, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), FrozenSet<string>.Empty, FrozenSet<string>.Empty, 1),
        new ClaimsPrincipal(),
        "kid",
        DateTimeOffset.UnixEpoch,
        DateTimeOffset.MaxValue);
}
