using System.Text;
using ProductionReady.Api.Identity.SecondFactors;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class Base32Tests
{
    /// <summary>RFC 4648, section 10, without the padding.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_gives_the_vectors_of_RFC_4648_and_takes_them_back(string text, string encoded)
    {
        Base32.Encode(Encoding.ASCII.GetBytes(text)).ShouldBe(encoded);
        Base32.TryDecode(encoded, out var bytes).ShouldBeTrue();
        bytes.ShouldBe(Encoding.ASCII.GetBytes(text));
    }

    [Theory]
    [InlineData("my", "small letters")]
    [InlineData("MY======", "padding")]
    [InlineData("MZ", "bits left over that are not zero")]
    [InlineData("M", "a length that no value has")]
    [InlineData("MZX", "a length that no value has")]
    [InlineData("MZXW6Y", "a length that no value has")]
    [InlineData("M0", "a digit outside of the alphabet")]
    [InlineData("M Y", "white space")]
    [InlineData("MÝ", "a letter outside of the alphabet")]
    public void Base32_refuses_what_no_value_encodes_to(string text, string because) =>
        Base32.TryDecode(text, out _).ShouldBeFalse(because);

    [Fact]
    public void Base32_takes_back_what_it_encoded_at_every_length()
    {
        var random = new Random(32);
        for (var length = 0; length < 64; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Base32.TryDecode(Base32.Encode(bytes), out var decoded).ShouldBeTrue();
            decoded.ShouldBe(bytes);
        }
    }
}
