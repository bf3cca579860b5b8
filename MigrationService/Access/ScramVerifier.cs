using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.MigrationService.Access;

/// <summary>
/// Computes what PostgreSQL keeps of a SCRAM-SHA-256 password (RFC 5803, RFC 7677), so that the password itself is never
/// part of a statement and can stand in no server log.
/// </summary>
public static class ScramVerifier
{
    private const int Iterations = 4096;
    private const int SaltLength = 16;

    /// <summary>A verifier with a fresh salt.</summary>
    /// <param name="password">Printable ASCII, which SASLprep (RFC 4013) leaves as it is.</param>
    public static string Create(string password) => Create(password, RandomNumberGenerator.GetBytes(SaltLength), Iterations);

    /// <summary>The verifier for a given salt: <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c>.</summary>
    public static string Create(string password, ReadOnlySpan<byte> salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}
