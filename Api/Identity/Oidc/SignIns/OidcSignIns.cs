using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.SignIns;

/// <summary>A sign-in that has just begun.</summary>
/// <param name="Token">What the client keeps.</param>
/// <param name="State">Goes to the provider and comes back through the browser.</param>
/// <param name="Nonce">Goes to the provider and comes back in the ID token.</param>
/// <param name="CodeChallenge">SHA-256 of the code verifier (RFC 7636, section 4.2).</param>
public sealed record BegunSignIn(SecretToken Token, string State, string Nonce, string CodeChallenge);

/// <summary>A sign-in that somebody came back with; it cannot be used again.</summary>
/// <param name="Provider">Whom the browser was sent to.</param>
/// <param name="StateHash">SHA-256 of the state.</param>
/// <param name="Nonce">What the ID token must repeat.</param>
/// <param name="CodeVerifier">What the code is exchanged with.</param>
/// <param name="RedirectUri">Where the browser came back to.</param>
/// <param name="StartedAt">When it began.</param>
public sealed record TakenSignIn(OidcProvider Provider, byte[] StateHash, string Nonce, string CodeVerifier, string RedirectUri, DateTimeOffset StartedAt)
{
    /// <summary>Whether it is the state of this sign-in.</summary>
    public bool HasState(string state) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(state)), StateHash);

    /// <summary>Says nothing of the verifier, for records print their members.</summary>
    public override string ToString() => nameof(TakenSignIn);
}

/// <summary>The sign-ins of the current tenant that wait for an identity provider.</summary>
public sealed class OidcSignIns(AppDbContext database, OidcSecrets secrets, TimeProvider time)
{
    /// <summary>How long the browser may take.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Begins one.</summary>
    public async Task<BegunSignIn> BeginAsync(OidcProvider provider, string redirectUri, CancellationToken cancellationToken)
    {
        var (state, nonce, verifier) = (Random(), Random(), Random());
        var token = SecretToken.Create(SecretToken.OidcSignIn, provider.TenantId);
        var id = Guid.CreateVersion7();
        var now = time.NowToStore();
        database.OidcSignIns.Add(new OidcSignIn
        {
            Id = id,
            TenantId = provider.TenantId,
            ProviderId = provider.Id,
            TokenHash = token.Hash(),
            StateHash = SHA256.HashData(Encoding.UTF8.GetBytes(state)),
            Nonce = nonce,
            WrappedCodeVerifier = secrets.WrapCodeVerifier(provider.TenantId, id, verifier),
            RedirectUri = redirectUri,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        });
        await database.SaveChangesAsync(cancellationToken);
        return new BegunSignIn(token, state, nonce, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
    }

    /// <summary>
    /// Uses one up, whatever becomes of it: of many that come with the same token one gets it. Null when it is unknown, used or
    /// expired, or its provider or tenant is not in use any more.
    /// </summary>
    public async Task<TakenSignIn?> TakeAsync(SecretToken token, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var taken = await database.Database.SqlQuery<Row>($"""
            UPDATE oidc_sign_ins AS sign_in SET used_at = {now}
            FROM oidc_providers AS provider
            JOIN tenants AS tenant ON tenant.id = provider.tenant_id AND tenant.state = 'active'
            WHERE sign_in.token_hash = {token.Hash()} AND sign_in.used_at IS NULL AND sign_in.expires_at > {now}
                AND provider.tenant_id = sign_in.tenant_id AND provider.id = sign_in.provider_id AND provider.enabled
            RETURNING sign_in.id AS "Id", sign_in.provider_id AS "ProviderId", sign_in.state_hash AS "StateHash", sign_in.nonce AS "Nonce",
                sign_in.wrapped_code_verifier AS "WrappedCodeVerifier", sign_in.redirect_uri AS "RedirectUri", sign_in.created_at AS "CreatedAt"
            """).ToListAsync(cancellationToken);
        if (taken is not [var row]
            || await database.OidcProviders.AsNoTracking().SingleOrDefaultAsync(provider => provider.Id == row.ProviderId, cancellationToken) is not { } provider)
        {
            return null;
        }

        try
        {
            var verifier = secrets.CodeVerifier(token.TenantId, row.Id, row.WrappedCodeVerifier);
            return new TakenSignIn(provider, row.StateHash, row.Nonce, verifier, row.RedirectUri, row.CreatedAt);
        }
        catch (CryptographicException)
        {
            // Begun under a key encryption key that is no longer known: it can only be begun again.
            return null;
        }
    }

    /// <summary>256 random bits, in 43 characters that need no escaping.</summary>
    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private sealed record Row(
        Guid Id, Guid ProviderId, byte[] StateHash, string Nonce, byte[] WrappedCodeVerifier, string RedirectUri, DateTimeOffset CreatedAt);
}
