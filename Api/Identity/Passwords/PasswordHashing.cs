using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>
/// Hashes and checks passwords: PBKDF2-HMAC-SHA512, 210,000 iterations, by ASP.NET Core's hasher. One takes a tenth of a
/// second of a core on purpose, so no more run at once than there are cores, and few wait.
/// </summary>
public sealed class PasswordHashing : IDisposable
{
    private const int Iterations = 210_000;
    private const int MostWaiting = 64;

    private readonly PasswordHasher<User> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount, Environment.ProcessorCount);
    private readonly string _nobodys = NobodysHash();
    private int _waiting;

    /// <summary>A hash with its salt and cost.</summary>
    /// <exception cref="TooManyPasswordsException">Too many are waiting.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        OnACoreAsync(() => _hasher.HashPassword(null!, password), cancellationToken);

    /// <summary>
    /// Whether the password is the hash's. Without a hash (nobody of that name) it is checked against one that nobody's password
    /// fits, so that the answer takes as long.
    /// </summary>
    /// <exception cref="TooManyPasswordsException">Too many are waiting.</exception>
    public Task<PasswordVerificationResult> CheckAsync(string? hash, string password, CancellationToken cancellationToken) =>
        OnACoreAsync(
            () =>
            {
                var result = _hasher.VerifyHashedPassword(null!, hash ?? _nobodys, password);
                return hash is null ? PasswordVerificationResult.Failed : result;
            },
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _cores.Dispose();

    /// <summary>
    /// A hash in the hasher's format (version, then PRF, iterations and length of the salt in big endian, salt, subkey) that costs
    /// as much to check as a real one, and nothing to make.
    /// </summary>
    private static string NobodysHash()
    {
        const int head = 13;
        const int saltLength = 16;
        const int hmacSha512 = 2;
        var bytes = RandomNumberGenerator.GetBytes(head + saltLength + 32);
        bytes[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), hmacSha512);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Iterations);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(9), saltLength);
        return Convert.ToBase64String(bytes);
    }

    private async Task<T> OnACoreAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new TooManyPasswordsException();
        }

        try
        {
            await _cores.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            _cores.Release();
        }
    }
}

/// <summary>More passwords wait to be hashed than can be in reasonable time; becomes 503.</summary>
public sealed class TooManyPasswordsException() : Exception("Too many passwords wait to be hashed.");
