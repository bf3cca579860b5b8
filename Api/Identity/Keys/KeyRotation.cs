using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>
/// Replaces the key that signs. The new one is published first and signs later, when every instance and every copy of the key
/// set knows it; the former ones are honoured until the last token they signed has expired. So nothing fails meanwhile.
/// </summary>
public sealed partial class KeyRotation(
    AppDbContext database,
    TenantContext tenant,
    AuditTrail audit,
    SigningKeyStore store,
    KeyWrapping wrapping,
    IOptions<IdentityOptions> options,
    TimeProvider time,
    ILogger<KeyRotation> logger)
{
    private readonly SigningKeyOptions _settings = options.Value.SigningKeys;

    /// <summary>Makes the next key when its time has come. However many instances ask at once, one key is made.</summary>
    /// <returns>The new key, or null when none was due.</returns>
    public async Task<SigningKey?> RotateIfDueAsync(CancellationToken cancellationToken)
    {
        if (!IsDue(await store.LivingAsync(cancellationToken)))
        {
            return null;
        }

        return await store.AloneAsync(
            async () => IsDue(await store.LivingAsync(cancellationToken)) ? await ReplaceAsync(atOnce: false, cancellationToken) : null,
            cancellationToken);
    }

    /// <summary>Makes a new key now.</summary>
    /// <param name="atOnce">
    /// For a key that may have been stolen: the new one signs from now on, and no other one is accepted any more, whatever the
    /// clocks say. Access tokens are refused then until clients refresh them; nobody needs to sign in again.
    /// </param>
    /// <param name="cancellationToken">Ends the work; nothing has changed then.</param>
    /// <exception cref="CryptographicException">There are keys, and none opens with this key encryption key: it is not the Api's.</exception>
    public Task<SigningKey> RotateAsync(bool atOnce, CancellationToken cancellationToken) => store.AloneAsync(
        async () =>
        {
            var living = await store.LivingAsync(cancellationToken);
            return living.Count == 0 || living.Any(IsGenuine)
                ? await ReplaceAsync(atOnce, cancellationToken)
                : throw new CryptographicException("No signing key opens with this key encryption key.");
        },
        cancellationToken);

    /// <summary>
    /// Keys of others do not count, as whoever can write to the table could keep us from rotating with one. Nor does one that
    /// would sign later than any that is made now: a wrong clock made it.
    /// </summary>
    private bool IsDue(IEnumerable<SigningKey> living)
    {
        var now = time.GetUtcNow();
        var newest = living
            .Where(key => key.ActivatedAt <= now + _settings.PublishAhead + AccessTokenValidator.Leeway)
            .FirstOrDefault(IsGenuine);
        return newest is not null && newest.ActivatedAt + _settings.RotateEvery - _settings.PublishAhead <= now;
    }

    private bool IsGenuine(SigningKey key) => SigningKeyPair.Open(key, wrapping) is not null;

    private async Task<SigningKey> ReplaceAsync(bool atOnce, CancellationToken cancellationToken)
    {
        var now = time.NowToStore();
        var key = await store.AddAsync(atOnce ? now : now + _settings.PublishAhead, cancellationToken);
        if (atOnce)
        {
            // Retired before it ever signed: so it is for an instance whose clock is behind, too. All read the keys within a second.
            await database.Database.ExecuteSqlAsync(
                $"UPDATE signing_keys SET retires_at = least(retires_at, activated_at, {now}) WHERE kid <> {key.Kid}", cancellationToken);
            await database.Database.ExecuteSqlAsync($"""
                INSERT INTO revocations (id, subject, below_version, until)
                VALUES ({Guid.CreateVersion7()}, {RevocationSubjects.SigningKeys}, {Revocation.All}, clock_timestamp() + {SessionEnding.TokensLiveFor})
                """, cancellationToken);
            LogReplaced(key.Kid);
        }
        else
        {
            var lastTokenExpired = key.ActivatedAt + options.Value.AccessTokenLifetime + (2 * AccessTokenValidator.Leeway);
            await database.Database.ExecuteSqlAsync(
                $"UPDATE signing_keys SET retires_at = least(retires_at, {lastTokenExpired}) WHERE kid <> {key.Kid}", cancellationToken);
            LogPublished(key.Kid, key.ActivatedAt, lastTokenExpired);
        }

        await RecordAsync(key, atOnce, cancellationToken);
        return key;
    }

    /// <summary>In the operator's own trail, once there is such a tenant.</summary>
    private async Task RecordAsync(SigningKey key, bool atOnce, CancellationToken cancellationToken)
    {
        await tenant.EnterAsync(PlatformTenant.Id, cancellationToken);
        if (await database.Tenants.AnyAsync(row => row.Id == PlatformTenant.Id, cancellationToken))
        {
            await audit.RecordAsync(
                new AuditEvent(AuditActions.SigningKeyRotated, AuditOutcome.Succeeded, "signing_key", key.Kid) { After = new { key.ActivatedAt, atOnce } },
                cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Information, "Signing key {Kid} is published; it signs from {ActivatesAt:O} on, the others are honoured until {RetireAt:O}")]
    private partial void LogPublished(string kid, DateTimeOffset activatesAt, DateTimeOffset retireAt);

    [LoggerMessage(LogLevel.Warning, "Signing key {Kid} replaces all others at once; what they signed is refused")]
    private partial void LogReplaced(string kid);
}
