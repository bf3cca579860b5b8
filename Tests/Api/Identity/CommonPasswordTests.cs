using System.Diagnostics;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Passwords;

namespace ProductionReady.Tests.Api.Identity;

public sealed class CommonPasswordTests
{
    [Theory]
    [InlineData("password1234")]
    [InlineData("Password123!")]
    [InlineData("P@ssw0rd1234")]
    [InlineData("P4$$w0rd2024!")]
    [InlineData("passwordpassword")]
    [InlineData("pass word 12 34")]
    [InlineData("1234passwor D")]
    [InlineData("drowssap1234")]
    [InlineData("ｐａｓｓｗｏｒｄ１２３４")]
    [InlineData("!!!password!!!")]
    [InlineData("qwertyuiop12")]
    [InlineData("Qwertyuiop[]")]
    [InlineData("qwerty123456")]
    [InlineData("asdfghjkl;'1")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("qazwsxedcrfv")]
    [InlineData("zaq12wsxcde3")]
    [InlineData("123456789012")]
    [InlineData("012345678910")]
    [InlineData("987654321098")]
    [InlineData("123123123123")]
    [InlineData("abcdefghijkl")]
    [InlineData("abc123abc123")]
    [InlineData("abcdabcdabcd1")]
    [InlineData("administrator")]
    [InlineData("Administrator1!")]
    [InlineData("adminadmin12")]
    [InlineData("letmein12345")]
    [InlineData("welcome12345")]
    [InlineData("Welcome2024!!")]
    [InlineData("changeme1234")]
    [InlineData("ChangeMe!2026")]
    [InlineData("iloveyou1234")]
    [InlineData("ilovejessica1")]
    [InlineData("dragonmonkey12")]
    [InlineData("liverpool1892")]
    [InlineData("Summer2024!!")]
    [InlineData("september2026")]
    [InlineData("johnsmith1985")]
    [InlineData("maytheforcebewithyou")]
    [InlineData("correcthorse", false)]
    [InlineData("productionready")]
    [InlineData("ProductionReady2026!")]
    [InlineData("acme-rockets1")]
    [InlineData("Acme2026Acme!")]
    [InlineData("ada.lovelace1815")]
    [InlineData("lovelace-acme")]
    [InlineData("Lovelace@acme.example")]
    [InlineData("trustno1trustno1")]
    [InlineData("hunter2-hunter2-hunter2")]
    [InlineData("correct horse battery staple", false)]
    [InlineData("monkey dragon sunshine", false)]
    [InlineData("tin whistle overhaul", false)]
    [InlineData("kV7#qsN2@xWe", false)]
    [InlineData("x8Jw-2mPq-9RtZ", false)]
    [InlineData("845291730264", false)]
    [InlineData("9f86d081884c7d65", false)]
    [InlineData("zwölf Boxkämpfer jagen", false)]
    [InlineData("十二個漢字也可以做密碼的喔", false)]
    [InlineData("My dog has 3 spots", false)]
    public void Common_passwords_stretched_to_length_are_refused_and_others_are_not(string password, bool common = true)
    {
        var errors = new FieldErrors();

        PasswordPolicy.Check(errors, "password", password, "ada.lovelace@acme.example", "acme-rockets", "Acme Rockets");

        errors.Any.ShouldBe(common, $"{GuessCost.Bits(password, new HashSet<string>())} bits");
        if (common)
        {
            errors.ToDictionary()["password"].ShouldContain(message => message.Contains("too easy to guess"));
        }
    }

    [Fact]
    public void List_is_long_and_holds_no_base_that_cannot_match()
    {
        CommonPasswords.Count.ShouldBeGreaterThan(3_000);
        CommonPasswords.Contains("password").ShouldBeTrue();
        CommonPasswords.Contains("correct").ShouldBeFalse();
    }

    [Fact]
    public void Passwords_of_the_longest_kind_are_judged_in_far_less_time_than_hashing_takes()
    {
        var password = string.Concat(Enumerable.Repeat("1a", 64));
        var names = PasswordText.WordsOf(string.Join('.', Enumerable.Range(100, 60))).ToHashSet();
        GuessCost.Bits(password, names);

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 10; i++)
        {
            GuessCost.Bits(password, names);
        }

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromMilliseconds(500));
    }
}
