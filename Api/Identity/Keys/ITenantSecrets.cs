using System.Security.Cryptography;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>A secret as it is stored.</summary>
/// <param name="Id">Of what it belongs to; unique in the tenant.</param>
/// <param name="Wrapped">Encrypted.</param>
public sealed record WrappedSecret(Guid Id, byte[] Wrapped);

/// <summary>
/// Secrets of one kind that tenants have and that are encrypted with a key derived from the key encryption key. All of it is about
/// the scope's tenant.
/// </summary>
public interface ITenantSecrets
{
    /// <summary>What they are, in the plural, for people.</summary>
    string Name { get; }

    /// <summary>The next ones in the order of their ids.</summary>
    /// <param name="after">The last id that was seen, or the empty one.</param>
    /// <param name="count">Most that are wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<List<WrappedSecret>> PageAsync(Guid after, int count, CancellationToken cancellationToken);

    /// <summary>One of them as it is now; null when it is gone.</summary>
    Task<byte[]?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Encrypts with the present key what a former one encrypted; null when the present one did.</summary>
    /// <exception cref="CryptographicException">No key opens it.</exception>
    byte[]? Rewrap(WrappedSecret secret);

    /// <summary>Stores another encryption of the same secret; false when something else is stored by now.</summary>
    Task<bool> ReplaceAsync(WrappedSecret secret, byte[] rewrapped, CancellationToken cancellationToken);
}
