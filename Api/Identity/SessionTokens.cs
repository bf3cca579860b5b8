using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity;

/// <summary>What signing in and refreshing answer (RFC 6749, section 5.1, in camel case).</summary>
/// <param name="AccessToken">A JWT to send as <c>Authorization: Bearer</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Life of the access token in seconds.</param>
/// <param name="RefreshToken">Good for one exchange against new tokens.</param>
public sealed record TokenResponse(string AccessToken, string TokenType, long ExpiresIn, string RefreshToken);

/// <summary>A session as its tokens show it.</summary>
/// <param name="Id">The session.</param>
/// <param name="TenantId">The tenant.</param>
/// <param name="UserId">Who signed in.</param>
/// <param name="Roles">The user's roles.</param>
/// <param name="AccessVersion">The user's access version.</param>
/// <param name="Restricted">Whether its tokens permit nothing but enrolling a second factor.</param>
public sealed record SessionSubject(Guid Id, Guid TenantId, Guid UserId, string[] Roles, long AccessVersion, bool Restricted);

/// <summary>Starts sessions and makes their tokens.</summary>
public sealed class SessionTokens(
    AppDbContext database, RoleCatalog roles, AccessTokenIssuer issuer, IOptions<IdentityOptions> options, TimeProvider time)
{
    /// <summary>Adds a session with its first refresh token; the caller saves.</summary>
    public async Task<TokenResponse> StartAsync(User user, HttpRequest request, CancellationToken cancellationToken)
    {
        var now = time.NowToStore();
        var session = new Session
        {
            TenantId = user.TenantId,
            UserId = user.Id,
            CreatedAt = now,
            LastUsedAt = now,
            ExpiresAt = now + options.Value.SessionLifetime,
            UserAgent = Cut(request.Headers.UserAgent.ToString(), Session.UserAgentMaxLength),
            Address = Cut(request.HttpContext.Connection.RemoteIpAddress?.ToString(), Session.AddressMaxLength),
        };
        var refresh = SecretToken.Create(SecretToken.Refresh, user.TenantId);
        user.LastSignedInAt = now;
        database.Sessions.Add(session);
        database.RefreshTokens.Add(new RefreshToken
        {
            TenantId = user.TenantId,
            SessionId = session.Id,
            TokenHash = refresh.Hash(),
            CreatedAt = now,
            ExpiresAt = now + options.Value.RefreshTokenLifetime,
        });
        return await ResponseAsync(
            new SessionSubject(session.Id, user.TenantId, user.Id, user.Roles, user.AccessVersion, session.Restricted), refresh, cancellationToken);
    }

    /// <summary>The tokens of a session.</summary>
    public async Task<TokenResponse> ResponseAsync(SessionSubject session, SecretToken refresh, CancellationToken cancellationToken)
    {
        string[] held = session.Restricted ? [] : session.Roles;
        var permissions = await roles.PermissionsOfAsync(held, cancellationToken);
        var principal = new Principal(
            PrincipalKind.User, session.UserId, session.TenantId, session.Id,
            held.ToFrozenSet(StringComparer.Ordinal), permissions.ToFrozenSet(StringComparer.Ordinal), session.AccessVersion);
        var access = await issuer.IssueAsync(principal, cancellationToken);
        return new TokenResponse(access, BearerHandler.SchemeName, (long)issuer.Lifetime.TotalSeconds, refresh.Text);
    }

    private static string? Cut(string? text, int length)
    {
        if (text is null or { Length: 0 })
        {
            return null;
        }

        var kept = text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
        return StorableText.IsStorable(kept) ? kept : null;
    }
}
