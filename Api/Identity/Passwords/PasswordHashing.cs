using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>
/// Hashes and checks passwords: PBKDF2-HMAC-SHA512 by ASP.NET Core's hasher, with as many iterations as
/// <see cref="IdentityOptions.PasswordIterations"/> says. One takes a tenth of a second of a core on purpose, so no more run
/// at once than there are cores, and few wait.
/// </summary>
public sealed class PasswordHashing(IOptions<IdentityOptions> options) : IDisposable
{
    private const int MostWaiting = 64;

    // The hasher's format: version, then PRF, iterations and length of the salt in big endian, salt, subkey.
    private const byte Version = 1;
    private const int HmacSha512 = 2;
    private const int IterationsOffset = 5;
    private const int SaltLengthOffset = 9;
    private const int HeadLength = 13;
    private const int SaltLength = 16;
    private const int SubkeyLength = 32;

    private readonly int _iterations = options.Value.PasswordIterations;
    private readonly PasswordHasher<User> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.PasswordIterations }));
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount, Environment.ProcessorCount);
    private readonly string _nobodys = NobodysHash(options.Value.PasswordIterations);
    private int _waiting;

    /// <summary>A hash with its salt and cost.</summary>
    /// <exception cref="TooManyPasswordsException">Too many are waiting.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        OnACoreAsync(() => _hasher.HashPassword(null!, password), cancellationToken);

    /// <summary>
    /// Whether the password is the hash's. Without a hash (nobody of that name, or a user without a password) it is checked
    /// against one that nobody's password fits, and against one of a lower cost the difference is made up for: the answer
    /// always takes as long.
    /// </summary>
    /// <exception cref="TooManyPasswordsException">Too many are waiting.</exception>
    public Task<PasswordVerificationResult> CheckAsync(string? hash, string password, CancellationToken cancellationToken) =>
        OnACoreAsync(() => Check(hash, password), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _cores.Dispose();

    private PasswordVerificationResult Check(string? hash, string password)
    {
        if (IterationsOf(hash) is not { } iterations)
        {
            _hasher.VerifyHashedPassword(null!, _nobodys, password);
            return PasswordVerificationResult.Failed;
        }

        var result = _hasher.VerifyHashedPassword(null!, hash!, password);
        if (result == PasswordVerificationResult.Failed && iterations < _iterations)
        {
            Rfc2898DeriveBytes.Pbkdf2(password, new byte[SaltLength], _iterations - iterations, HashAlgorithmName.SHA512, SubkeyLength);
        }

        return result;
    }

    /// <summary>The cost of a hash; <see langword="null"/> when it is none that the hasher made.</summary>
    private static int? IterationsOf(string? hash)
    {
        Span<byte> bytes = stackalloc byte[128];
        return Convert.TryFromBase64String(hash ?? "", bytes, out var length) && length > HeadLength + SaltLength && bytes[0] == Version
            ? BinaryPrimitives.ReadInt32BigEndian(bytes[IterationsOffset..])
            : null;
    }

    /// <summary>A hash that costs as much to check as a real one, and nothing to make.</summary>
    private static string NobodysHash(int iterations)
    {
        var bytes = RandomNumberGenerator.GetBytes(HeadLength + SaltLength + SubkeyLength);
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), HmacSha512);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(IterationsOffset), iterations);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(SaltLengthOffset), SaltLength);
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
