using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Identity.SecondFactors;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class SecondFactorSecretsTests
{
    private readonly SecondFactorSecrets _secrets = With("a key that only the tests of this class ever use");
    private readonly Guid _tenant = Guid.CreateVersion7();
    private readonly Guid _user = Guid.CreateVersion7();
    private readonly byte[] _secret = Totp.NewSecret();

    [Fact]
    public void A_secret_comes_out_again_for_its_user() =>
        _secrets.Unwrap(_tenant, _user, _secrets.Wrap(_tenant, _user, _secret)).ShouldBe(_secret);

    [Fact]
    public void A_secret_does_not_open_for_another_user_or_tenant()
    {
        var wrapped = _secrets.Wrap(_tenant, _user, _secret);

        Should.Throw<CryptographicException>(() => _secrets.Unwrap(_tenant, Guid.CreateVersion7(), wrapped));
        Should.Throw<CryptographicException>(() => _secrets.Unwrap(Guid.CreateVersion7(), _user, wrapped));
    }

    [Fact]
    public void A_secret_does_not_open_with_another_key_encryption_key() => Should.Throw<CryptographicException>(
        () => With("another key, which nobody has given to this one").Unwrap(_tenant, _user, _secrets.Wrap(_tenant, _user, _secret)));

    private static SecondFactorSecrets With(string keyEncryptionKey) =>
        new(new DerivedKeys(Options.Create(new IdentityOptions { KeyEncryptionKey = keyEncryptionKey })));
}
