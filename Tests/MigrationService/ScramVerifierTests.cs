using System.Security.Cryptography;
using System.Text;
using ProductionReady.MigrationService.Access;

namespace ProductionReady.Tests.MigrationService;

/// <summary>The example exchange of RFC 7677, section 3.</summary>
public sealed class ScramVerifierTests
{
    private const string Salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
    private const string ServerSignature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
    private const string ClientProof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private static readonly byte[] AuthMessage = Encoding.ASCII.GetBytes(
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
        + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=" + Salt + ",i=4096,"
        + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");

    [Fact]
    public void Verifier_proves_server_and_client_when_given_the_rfcs_example()
    {
        var verifier = ScramVerifier.Create("pencil", Convert.FromBase64String(Salt), iterations: 4096);
        var parts = verifier.Split('$');
        parts[..2].ShouldBe(["SCRAM-SHA-256", $"4096:{Salt}"]);
        var keys = parts[2].Split(':').Select(Convert.FromBase64String).ToArray();

        Convert.ToBase64String(HMACSHA256.HashData(keys[1], AuthMessage)).ShouldBe(ServerSignature);
        var clientKey = Convert.FromBase64String(ClientProof)
            .Zip(HMACSHA256.HashData(keys[0], AuthMessage), (proof, signature) => (byte)(proof ^ signature)).ToArray();
        SHA256.HashData(clientKey).ShouldBe(keys[0]);
    }

    [Fact]
    public void Verifier_has_a_salt_of_its_own_when_made_again() =>
        ScramVerifier.Create("pencil").ShouldNotBe(ScramVerifier.Create("pencil"));
}
