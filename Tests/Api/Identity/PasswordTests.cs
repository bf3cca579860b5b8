using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Passwords;
using IdentityOptions = ProductionReady.Api.Identity.IdentityOptions;

namespace ProductionReady.Tests.Api.Identity;

public sealed class PasswordTests
{
    [Theory]
    [InlineData("correct horse", true)]
    [InlineData("🐎🐎🐎🐎🐎🐎🐎🐎abc", false)]
    [InlineData("🐎🔋📎❤🐎🔋📎❤🦄🌈🌍🧲", true)]
    [InlineData("十二個漢字也可以做密碼的喔", true)]
    [InlineData("elevenchars", false)]
    [InlineData("aaaaaaaaaaaaaaaa", false)]
    [InlineData("Ada@Example.org1", false)]
    public void A_password_is_taken_when_it_is_long_and_not_a_name(string password, bool taken)
    {
        var errors = new FieldErrors();

        PasswordPolicy.Check(errors, "password", password, "ada@example.org1");

        errors.Any.ShouldBe(!taken);
    }

    [Fact]
    public void A_password_over_128_characters_is_refused()
    {
        var errors = new FieldErrors();

        PasswordPolicy.Check(errors, "password", string.Concat(Enumerable.Repeat("abcdefgh", 17)));

        errors.Any.ShouldBeTrue();
    }

    [Fact]
    public async Task A_hash_fits_its_own_password_alone()
    {
        using var hashing = new PasswordHashing(Options.Create(new IdentityOptions()));
        var hash = await hashing.HashAsync("correct horse battery", CancellationToken.None);

        (await hashing.CheckAsync(hash, "correct horse battery", CancellationToken.None)).ShouldBe(PasswordVerificationResult.Success);
        (await hashing.CheckAsync(hash, "correct horse batterz", CancellationToken.None)).ShouldBe(PasswordVerificationResult.Failed);
        (await hashing.CheckAsync(null, "correct horse battery", CancellationToken.None)).ShouldBe(PasswordVerificationResult.Failed);
    }

    [Fact]
    public async Task A_hash_of_a_lower_cost_fits_and_asks_to_be_made_anew()
    {
        using var before = new PasswordHashing(Options.Create(new IdentityOptions()));
        using var after = new PasswordHashing(Options.Create(new IdentityOptions { PasswordIterations = 250_000 }));
        var hash = await before.HashAsync("correct horse battery", CancellationToken.None);

        (await after.CheckAsync(hash, "correct horse battery", CancellationToken.None)).ShouldBe(PasswordVerificationResult.SuccessRehashNeeded);
        (await after.CheckAsync(hash, "correct horse batterz", CancellationToken.None)).ShouldBe(PasswordVerificationResult.Failed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no base64!")]
    [InlineData("AQAAAAIAAw==")]
    public async Task What_is_no_hash_fits_no_password(string hash)
    {
        using var hashing = new PasswordHashing(Options.Create(new IdentityOptions()));

        (await hashing.CheckAsync(hash, "", CancellationToken.None)).ShouldBe(PasswordVerificationResult.Failed);
    }

    [Fact]
    public async Task A_hash_has_210000_iterations_of_hmac_sha512()
    {
        using var hashing = new PasswordHashing(Options.Create(new IdentityOptions()));

        var bytes = Convert.FromBase64String(await hashing.HashAsync("correct horse battery", CancellationToken.None));

        bytes[..9].ShouldBe([1, 0, 0, 0, 2, 0x00, 0x03, 0x34, 0x50]);
    }
}
