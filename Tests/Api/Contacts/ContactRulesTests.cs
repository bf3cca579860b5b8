using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Data.Contacts;

namespace ProductionReady.Tests.Api.Contacts;

public sealed class ContactRulesTests
{
    [Theory]
    [InlineData("+86 078815973", "+86078815973")]
    [InlineData("+1 (555) 000-1234", "+15550001234")]
    [InlineData("0049.89.1234567", "+49891234567")]
    [InlineData("+44 (0)20 7946 0000", "+442079460000")]
    [InlineData("+49\u00a089\u20111234567", "+49891234567")]
    [InlineData("+1234567", "+1234567")]
    [InlineData("+123456789012345", "+123456789012345")]
    public void Phone_becomes_E164_when_it_is_an_international_number(string given, string stored)
    {
        PhoneRule.Check(given, out var reason).ShouldBe(stored);
        reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("123")]
    [InlineData("+123456")]
    [InlineData("+1234567890123456")]
    [InlineData("+0123456789")]
    [InlineData("0000441234567")]
    [InlineData("020 7946 0000")]
    [InlineData("+49 89 12345 ext. 7")]
    [InlineData("++4989123456")]
    [InlineData("+49+89123456")]
    [InlineData("+٤٩٨٩١٢٣٤٥٦")]
    [InlineData("+1                                                               5550001234")]
    public void Phone_is_refused_when_it_is_not_E164(string given)
    {
        PhoneRule.Check(given, out var reason).ShouldBeNull();
        reason!.ShouldContain("E.164");
    }

    [Theory]
    [InlineData("a@b.example", "a@b.example")]
    [InlineData("  First.Last+tag@Sub.Example.COM ", "First.Last+tag@Sub.Example.COM")]
    [InlineData("o'brien_{x}@example.co.uk", "o'brien_{x}@example.co.uk")]
    [InlineData("info@bücher.example", "info@xn--bcher-kva.example")]
    [InlineData("info@BÜCHER.example", "info@xn--bcher-kva.example")]
    [InlineData("x@例え.テスト", "x@xn--r8jz45g.xn--zckzah")]
    public void Email_is_kept_as_spelt_but_for_the_domains_script(string given, string stored)
    {
        EmailRule.Check(given, out var reason).ShouldBe(stored);
        reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("not-an-email")]
    [InlineData("=cmd|'/c calc'!A0@example.com")]
    [InlineData("=cmd|x!A0@example.com")]
    [InlineData("+1@example.com")]
    [InlineData("-a@example.com")]
    [InlineData("@example.com")]
    [InlineData("a@")]
    [InlineData("a@b")]
    [InlineData("a@b..example")]
    [InlineData("a@-b.example")]
    [InlineData("a@b.example.")]
    [InlineData(".a@b.example")]
    [InlineData("a..b@c.example")]
    [InlineData("a.@c.example")]
    [InlineData("a@b@c.example")]
    [InlineData("\"a b\"@c.example")]
    [InlineData("a b@c.example")]
    [InlineData("a@[192.0.2.1]")]
    [InlineData("jörg@example.com")]
    [InlineData("a@b_c.example")]
    [InlineData("a@b.example\0")]
    public void Email_is_refused_when_it_is_no_dot_atom_at_a_domain(string given)
    {
        EmailRule.Check(given, out var reason).ShouldBeNull();
        reason!.ShouldContain("e-mail address");
    }

    [Fact]
    public void Email_is_bounded_in_each_part()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 61), 3)) + ".example";
        EmailRule.Check($"{new string('a', 60)}@{domain}", out _).ShouldNotBeNull().Length.ShouldBe(254);
        EmailRule.Check($"{new string('a', 61)}@{domain}", out _).ShouldNotBeNull().Length.ShouldBe(255);
        EmailRule.Check($"{new string('a', 62)}@{domain}", out var reason).ShouldBeNull();
        reason.ShouldBe("must be at most 255 characters long");
        EmailRule.Check($"{new string('a', 65)}@b.example", out reason).ShouldBeNull();
        EmailRule.Check($"a@{new string('b', 64)}.example", out reason).ShouldBeNull();
    }

    [Fact]
    public void Text_is_counted_in_code_points_and_trimmed()
    {
        var hundred = string.Concat(Enumerable.Repeat("😀", 100));
        TextRule.Check($" {hundred}\u00a0", 100, manyLines: false, out var reason).ShouldBe(hundred);
        reason.ShouldBeNull();
        TextRule.Check(hundred + "x", 100, manyLines: false, out reason).ShouldBeNull();
        reason.ShouldBe("must be at most 100 characters long");
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\u0085b")]
    [InlineData("a\nb")]
    [InlineData("a\ufdd0")]
    [InlineData("a\uffff")]
    public void Name_is_refused_when_PostgreSQL_or_a_reader_would_stumble(string name)
    {
        TextRule.Check(name, 100, manyLines: false, out var reason).ShouldBeNull();
        reason.ShouldNotBeNull();
    }

    [Fact]
    public void Name_is_refused_when_half_of_a_surrogate_pair_is_missing()
    {
        foreach (var name in new[] { "a\ud800b", "a\ud800", "\udc00" })
        {
            TextRule.Check(name, 100, manyLines: false, out var reason).ShouldBeNull();
            reason.ShouldBe("is not valid Unicode text");
        }
    }

    [Fact]
    public void Address_keeps_its_lines_with_LF_between_them()
    {
        TextRule.Check("1 High St\r\nDublin\rIreland\n", 500, manyLines: true, out var reason).ShouldBe("1 High St\nDublin\nIreland");
        reason.ShouldBeNull();
        TextRule.Check("1 High St\u0007", 500, manyLines: true, out reason).ShouldBeNull();
        reason!.ShouldContain("control characters");
    }

    [Theory]
    [InlineData("0", (short)0)]
    [InlineData(" 150 ", (short)150)]
    [InlineData("", null)]
    public void Age_is_read_from_digits(string given, short? age)
    {
        AgeRule.Check(given, out var reason).ShouldBe(age);
        reason.ShouldBeNull();
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("151")]
    [InlineData("twenty")]
    [InlineData("+5")]
    [InlineData("1e1")]
    [InlineData("30.0")]
    [InlineData("99999999999999999999")]
    [InlineData("٣")]
    public void Age_is_refused_when_it_is_not_0_to_150(string given)
    {
        AgeRule.Check(given, out var reason).ShouldBeNull();
        reason.ShouldBe("must be a whole number from 0 to 150");
    }

    [Fact]
    public void Contact_names_every_broken_rule()
    {
        var broken = new List<BrokenRule>();
        var draft = new ContactDraft { Name = " ", Email = "x", Phone = "123", Address = new string('a', 501), Age = "-1", Gender = "other" };
        ContactRules.Check(draft, broken).ShouldBeNull();
        broken.Select(rule => rule.Field).ShouldBe(["name", "email", "phone", "address", "age", "gender"]);
    }

    [Fact]
    public void Contact_of_a_name_alone_is_enough()
    {
        var broken = new List<BrokenRule>();
        ContactRules.Check(new() { Name = "Ann" }, broken).ShouldBe(new("Ann", null, null, null, null, Gender.Unspecified));
        broken.ShouldBeEmpty();
    }

    [Fact]
    public void Contact_in_stored_form_passes_unchanged()
    {
        var broken = new List<BrokenRule>();
        var stored = ContactRules.Check(
            new() { Name = " Ann ", Email = "Ann@bücher.example", Phone = "0033 1 22 44 23", Address = "a\r\nb", Age = "7", Gender = "FEMALE" }, broken)!;
        ContactRules.Check(
            new()
            {
                Name = stored.Name,
                Email = stored.Email,
                Phone = stored.Phone,
                Address = stored.Address,
                Age = stored.Age.ToString(),
                Gender = "female",
            },
            broken).ShouldBe(stored);
        broken.ShouldBeEmpty();
    }
}
