using ProductionReady.Data.Contacts;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Tests.Data;

public sealed class StoredTextTests
{
    [Fact]
    public void Words_are_snake_case_when_members_have_several_words() =>
        StoredText.All<SeveralWords>().ShouldBe(["one", "two_words"]);

    [Fact]
    public void Parse_gives_the_member_back_when_the_word_is_its_own()
    {
        foreach (var word in Enum.GetValues<SeveralWords>())
        {
            StoredText.Parse<SeveralWords>(StoredText.Of(word)).ShouldBe(word);
        }
    }

    [Theory]
    [InlineData("Female")]
    [InlineData("")]
    [InlineData("0")]
    [InlineData(null)]
    public void TryParse_refuses_when_the_word_is_not_exact(string? word) =>
        StoredText.TryParse<Gender>(word, out _).ShouldBeFalse();

    private enum SeveralWords
    {
        One,
        TwoWords,
    }
}
