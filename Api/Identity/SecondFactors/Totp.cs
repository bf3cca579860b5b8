using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>
/// Time-based one-time passwords (RFC 6238): HMAC over the number of the 30-second step since 1970, cut to decimal digits
/// (RFC 4226, section 5.3). Ours have 6 digits and SHA-1, for many authenticator apps know nothing else and say nothing when
/// asked for it; HMAC does not suffer from SHA-1's collisions. No library on a partial feed has it.
/// </summary>
public static class Totp
{
    /// <summary>Bytes of a secret: as long as the output of SHA-1 (RFC 4226, section 4, R6).</summary>
    public const int SecretLength = 20;

    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    /// <summary>How long a code stands in the app.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>Steps before and after the present one whose codes are taken: slow typing, and clocks half a minute off (RFC 6238, section 5.2).</summary>
    private const int Tolerance = 1;

    /// <summary>A new secret.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretLength);

    /// <summary>The step that a time lies in.</summary>
    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / (long)Period.TotalSeconds;

    /// <summary>The code of a step.</summary>
    public static string CodeAt(ReadOnlySpan<byte> secret, long step) => CodeAt(secret, step, HashAlgorithmName.SHA1, Digits);

    /// <summary>The code of a step with another hash or length.</summary>
    public static string CodeAt(ReadOnlySpan<byte> secret, long step, HashAlgorithmName hash, int digits)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        using var hmac = IncrementalHash.CreateHMAC(hash, secret);
        hmac.AppendData(counter);
        var code = hmac.GetHashAndReset();
        var truncated = BinaryPrimitives.ReadUInt32BigEndian(code.AsSpan(code[^1] & 0xF)) & int.MaxValue;
        return (truncated % (uint)Math.Pow(10, digits)).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>
    /// The latest step around now whose code this is, after the step that was used last; null when it is none's. Takes as long
    /// for a wrong code as for a right one.
    /// </summary>
    public static long? FindStep(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long lastUsed)
    {
        var given = Encoding.UTF8.GetBytes(code);
        long? found = null;
        for (var step = StepAt(now) - Tolerance; step <= StepAt(now) + Tolerance; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(CodeAt(secret, step))) && step > lastUsed)
            {
                found = step;
            }
        }

        return found;
    }
}
