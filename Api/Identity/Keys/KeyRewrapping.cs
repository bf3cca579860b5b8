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
            var count = RewrapCount.None;
            foreach (var key in await store.All().ToListAsync(cancellationToken))
            {
                try
                {
                    if (wrapping.Rewrap(key.Kid, key.WrappedPrivateKey) is not { } wrapped)
                    {
                        count = count with { UpToDate = count.UpToDate + 1 };
                        continue;
                    }

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

/// <summary>What became of secrets of one kind.</summary>
/// <param name="Rewrapped">Wrapped anew.</param>
/// <param name="UpToDate">Wrapped with the present key encryption key before.</param>
/// <param name="Foreign">Opened with none; left as they are.</param>
public sealed record RewrapCount(int Rewrapped, int UpToDate, int Foreign)
{
    /// <summary>There were none.</summary>
    public static RewrapCount None { get; } = new(0, 0, 0);
}
