using System.Security.Cryptography;
using ProductionReady.Api.Identity.Keys;

namespace ProductionReady.Tests.Api.Identity;

public sealed class KeyWrappingTests
{
    private readonly KeyWrapping _wrapping = new(RandomNumberGenerator.GetBytes(32));
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(1_200);

    [Fact]
    public void What_was_wrapped_comes_out_again() => _wrapping.Unwrap("kid", _wrapping.Wrap("kid", _secret)).ShouldBe(_secret);

    [Fact]
    public void Wrapping_twice_gives_different_bytes() => _wrapping.Wrap("kid", _secret).ShouldNotBe(_wrapping.Wrap("kid", _secret));

    [Fact]
    public void Another_key_encryption_key_does_not_open_it() =>
        Should.Throw<CryptographicException>(() => new KeyWrapping(RandomNumberGenerator.GetBytes(32)).Unwrap("kid", _wrapping.Wrap("kid", _secret)));

    [Fact]
    public void A_wrapped_key_does_not_open_under_another_id() =>
        Should.Throw<CryptographicException>(() => _wrapping.Unwrap("other", _wrapping.Wrap("kid", _secret)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(29)]
    [InlineData(1_000)]
    public void A_damaged_byte_is_noticed(int index)
    {
        var wrapped = _wrapping.Wrap("kid", _secret);
        wrapped[index] ^= 1;

        Should.Throw<CryptographicException>(() => _wrapping.Unwrap("kid", wrapped));
    }

    [Fact]
    public void A_truncated_one_is_noticed() => Should.Throw<CryptographicException>(() => _wrapping.Unwrap("kid", new byte[10]));

    [Fact]
    public void A_new_pair_signs_what_its_public_half_verifies()
    {
        var (pair, publicKey) = SigningKeyPair.Create();
        var key = new VerificationKey(pair.Kid, publicKey, retiresAt: null);

        key.Verify("text"u8, pair.Sign("text"u8)).ShouldBeTrue();
        key.Verify("test"u8, pair.Sign("text"u8)).ShouldBeFalse();
        JsonWebKey.Of("", key.Parameters()).Thumbprint().ShouldBe(pair.Kid);
    }
}
