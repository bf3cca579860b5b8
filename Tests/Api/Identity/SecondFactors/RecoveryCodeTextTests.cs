using ProductionReady.Api.Identity.SecondFactors;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class RecoveryCodeTextTests
{
    private static readonly Guid User = Guid.Parse("0199a000-0000-7000-8000-000000000001");

    [Fact]
    public void A_set_is_ten_different_codes_of_80_bits_in_groups_of_four()
    {
        var codes = RecoveryCodeText.NewSet();

        codes.Select(code => code.Text).Distinct().Count().ShouldBe(10);
        codes.ShouldAllBe(code => System.Text.RegularExpressions.Regex.IsMatch(code.Text, "^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$"));
    }

    [Theory]
    [InlineData("OIBA-2345-ABCD-EFGH")]
    [InlineData("oiba-2345-abcd-efgh")]
    [InlineData("OIBA2345ABCDEFGH")]
    [InlineData(" oiba 2345 abcd efgh ")]
    [InlineData("018A-2345-A8CD-EFGH")]
    public void A_code_is_read_however_it_is_typed(string typed)
    {
        RecoveryCodeText.TryParse(typed, out var code).ShouldBeTrue();
        code.Text.ShouldBe("OIBA-2345-ABCD-EFGH");
    }

    [Theory]
    [InlineData("")]
    [InlineData("OIBA-2345-ABCD-EFG")]
    [InlineData("OIBA-2345-ABCD-EFGHA")]
    [InlineData("OIBA-2345-ABCD-EFG9")]
    [InlineData("OIBA-2345-ABCD-EFGÄ")]
    [InlineData("OIBA_2345_ABCD_EFGH")]
    [InlineData("081804")]
    public void What_is_no_code_is_not_read(string typed) => RecoveryCodeText.TryParse(typed, out _).ShouldBeFalse();

    [Fact]
    public void A_very_long_text_is_not_read() => RecoveryCodeText.TryParse(new string('-', 1_000_000), out _).ShouldBeFalse();

    [Fact]
    public void Hashes_of_one_code_differ_by_user_and_say_nothing_of_it()
    {
        var code = RecoveryCodeText.NewSet()[0];
        RecoveryCodeText.TryParse(code.Text.ToLowerInvariant(), out var typed).ShouldBeTrue();

        typed.Hash(User).ShouldBe(code.Hash(User));
        code.Hash(Guid.CreateVersion7()).ShouldNotBe(code.Hash(User));
        code.ToString().ShouldNotContain(code.Text);
    }
}
