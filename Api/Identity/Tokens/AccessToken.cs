using System.Security.Claims;
using ProductionReady.Api.Authorization;

namespace ProductionReady.Api.Identity.Tokens;

/// <summary>An access token whose signature and claims were found good.</summary>
/// <param name="Principal">Who it speaks for.</param>
/// <param name="Claims">The same for the framework's authorization.</param>
/// <param name="KeyId">The key that signed it.</param>
/// <param name="IssuedAt">Claim <c>iat</c>.</param>
/// <param name="ExpiresAt">Claim <c>exp</c>.</param>
public sealed record AccessToken(Principal Principal, ClaimsPrincipal Claims, string KeyId, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);
