using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>Wraps with the present key encryption key what a former one wrapped, so that the former one can be forgotten.</summary>
public sealed class KeyRewrapping(AppDbContext database, SigningKeyStore store, KeyWrapping wrapping)
{
    /// <summary>Goes through all signing keys, retired ones too. Those that no key opens stay as they are.</summary>
    /// <exception cref="CryptographicException">None opens: the key encryption keys are not the Api's.</exception>
    public Task<RewrapCount> RunAsync(CancellationToken cancellationToken) => store.AloneAsync(
        async () =>
        {
            var count = new RewrapCount(0, 0, 0);
            foreach (var key in await store.All().ToListAsync(cancellationToken))
            {
                try
                {
                    var secret = wrapping.Unwrap(key.Kid, key.WrappedPrivateKey, out var outdated);
                    if (!outdated)
                    {
                        count = count with { UpToDate = count.UpToDate + 1 };
                        continue;
                    }

                    var wrapped = wrapping.Wrap(key.Kid, secret);
                    CryptographicOperations.ZeroMemory(secret);
                    await database.Database.ExecuteSqlAsync(
                        $"UPDATE signing_keys SET wrapped_private_key = {wrapped} WHERE kid = {key.Kid}", cancellationToken);
                    count = count with { Rewrapped = count.Rewrapped + 1 };
                }
                catch (CryptographicException)
                {
                    count = count with { Foreign = count.Foreign + 1 };
                }
            }

            return count is { Rewrapped: 0, UpToDate: 0, Foreign: > 0 }
                ? throw new CryptographicException("No signing key opens with these key encryption keys.")
                : count;
        },
        cancellationToken);
}

/// <summary>What became of the signing keys.</summary>
/// <param name="Rewrapped">Wrapped anew.</param>
/// <param name="UpToDate">Wrapped with the present key encryption key before.</param>
/// <param name="Foreign">Opened with none; left as they are.</param>
public sealed record RewrapCount(int Rewrapped, int UpToDate, int Foreign);
