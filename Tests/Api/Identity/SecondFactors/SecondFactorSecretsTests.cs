using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Identity.SecondFactors;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class SecondFactorSecretsTests
{
    private const string Former = "a key that only the tests of this class ever use";
    private const string Present = "another key, which came after the first one";

    private readonly SecondFactorSecrets _secrets = With(Former);
    private readonly Guid _tenant = Guid.CreateVersion7();
    private readonly Guid _user = Guid.CreateVersion7();
    private readonly byte[] _secret = Totp.NewSecret();

    [Fact]
    public void A_secret_comes_out_again_for_its_user_and_stays_wrapped_as_it_was()
    {
        var wrapped = _secrets.Wrap(_tenant, _user, _secret);

        var opened = _secrets.Open(_tenant, _user, wrapped)!;

        opened.Secret.ShouldBe(_secret);
        opened.Wrapped.ShouldBeSameAs(wrapped);
    }

    [Fact]
    public void A_secret_does_not_open_for_another_user_or_tenant()
    {
        var wrapped = _secrets.Wrap(_tenant, _user, _secret);

        _secrets.Open(_tenant, Guid.CreateVersion7(), wrapped).ShouldBeNull();
        _secrets.Open(Guid.CreateVersion7(), _user, wrapped).ShouldBeNull();
    }

    [Fact]
    public void A_secret_does_not_open_with_another_key_encryption_key() =>
        With(Present).Open(_tenant, _user, _secrets.Wrap(_tenant, _user, _secret)).ShouldBeNull();

    [Fact]
    public void A_secret_of_a_former_key_encryption_key_opens_and_is_wrapped_anew()
    {
        var opened = With(Present, Former).Open(_tenant, _user, _secrets.Wrap(_tenant, _user, _secret))!;

        opened.Secret.ShouldBe(_secret);
        With(Present).Open(_tenant, _user, opened.Wrapped)!.Secret.ShouldBe(_secret);
    }

    private static SecondFactorSecrets With(string keyEncryptionKey, params string[] former) => new(
        new DerivedKeys(Options.Create(new IdentityOptions { KeyEncryptionKey = keyEncryptionKey, PreviousKeyEncryptionKeys = former })),
        NullLogger<SecondFactorSecrets>.Instance);
}
