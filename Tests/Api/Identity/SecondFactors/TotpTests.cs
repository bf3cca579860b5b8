using System.Security.Cryptography;
using System.Text;
using ProductionReady.Api.Identity.SecondFactors;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_111_111_109);

    /// <summary>RFC 6238, appendix B. The secrets are as long as the hash's output (errata 2866).</summary>
    [Theory]
    [InlineData(59, "94287082", "46119246", "90693936")]
    [InlineData(1_111_111_109, "07081804", "68084774", "25091201")]
    [InlineData(1_111_111_111, "14050471", "67062674", "99943326")]
    [InlineData(1_234_567_890, "89005924", "91819424", "93441116")]
    [InlineData(2_000_000_000, "69279037", "90698825", "38618901")]
    [InlineData(20_000_000_000, "65353130", "77737706", "47863826")]
    public void Totp_gives_the_vectors_of_RFC_6238(long seconds, string sha1, string sha256, string sha512)
    {
        var step = Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds));

        Totp.CodeAt(Repeated(20), step, HashAlgorithmName.SHA1, 8).ShouldBe(sha1);
        Totp.CodeAt(Repeated(32), step, HashAlgorithmName.SHA256, 8).ShouldBe(sha256);
        Totp.CodeAt(Repeated(64), step, HashAlgorithmName.SHA512, 8).ShouldBe(sha512);
        Totp.CodeAt(Secret, step).ShouldBe(sha1[2..], "six digits are the last of the eight");
    }

    /// <summary>RFC 4226, appendix D.</summary>
    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(5, "254676")]
    [InlineData(9, "520489")]
    public void Totp_gives_the_vectors_of_RFC_4226(long counter, string code) => Totp.CodeAt(Secret, counter).ShouldBe(code);

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Totp_takes_codes_of_one_step_before_and_after(int offset, bool taken)
    {
        var step = Totp.StepAt(Now) + offset;

        Totp.FindStep(Secret, Totp.CodeAt(Secret, step), Now, lastUsed: 0).ShouldBe(taken ? step : null);
    }

    [Fact]
    public void Totp_takes_no_code_of_a_step_that_was_used_or_of_one_before_it()
    {
        var step = Totp.StepAt(Now);

        Totp.FindStep(Secret, Totp.CodeAt(Secret, step), Now, lastUsed: step).ShouldBeNull();
        Totp.FindStep(Secret, Totp.CodeAt(Secret, step - 1), Now, lastUsed: step).ShouldBeNull();
        Totp.FindStep(Secret, Totp.CodeAt(Secret, step + 1), Now, lastUsed: step).ShouldBe(step + 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("81804")]
    [InlineData("0081804")]
    [InlineData(" 081804")]
    [InlineData("081804 ")]
    [InlineData("081805")]
    [InlineData("０８１８０４")]
    [InlineData("-81804")]
    public void Totp_takes_the_six_digits_and_nothing_like_them(string code)
    {
        Totp.FindStep(Secret, "081804", Now, lastUsed: 0).ShouldNotBeNull();
        Totp.FindStep(Secret, code, Now, lastUsed: 0).ShouldBeNull();
    }

    [Fact]
    public void Totp_makes_secrets_of_160_random_bits()
    {
        Totp.NewSecret().Length.ShouldBe(20);
        Totp.NewSecret().ShouldNotBe(Totp.NewSecret());
    }

    private static byte[] Repeated(int length) => [.. Enumerable.Range(1, length).Select(i => (byte)('0' + (i % 10)))];
}
