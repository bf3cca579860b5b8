using System.Buffers.Text;
using System.Security.Cryptography;
using ProductionReady.Api.Paging;

namespace ProductionReady.Tests.Api.Paging;

public sealed class CursorSignerTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly CursorScope Scope = new("contacts", Guid.CreateVersion7(), "name=ann");
    private static readonly Guid Last = Guid.CreateVersion7();

    private readonly CursorSigner _signer = new(Key);

    [Fact]
    public void Cursor_gives_the_id_back_in_its_own_scope()
    {
        var cursor = _signer.Issue(Scope, Last);
        new CursorSigner([.. Key]).TryRead(Scope, cursor, out var read).ShouldBeTrue();
        read.ShouldBe(Last);
        cursor.Length.ShouldBe(44);
    }

    [Fact]
    public void Cursor_is_refused_in_another_scope()
    {
        var cursor = _signer.Issue(Scope, Last);
        _signer.TryRead(Scope with { TenantId = Guid.CreateVersion7() }, cursor, out _).ShouldBeFalse();
        _signer.TryRead(Scope with { Filter = "name=bob" }, cursor, out _).ShouldBeFalse();
        _signer.TryRead(Scope with { List = "events" }, cursor, out _).ShouldBeFalse();
        new CursorSigner(RandomNumberGenerator.GetBytes(32)).TryRead(Scope, cursor, out _).ShouldBeFalse();
    }

    [Fact]
    public void Cursor_is_refused_when_text_moves_from_the_lists_name_to_the_filter()
    {
        var cursor = _signer.Issue(new("ab", Scope.TenantId, "c"), Last);
        _signer.TryRead(new("a", Scope.TenantId, "bc"), cursor, out _).ShouldBeFalse();
    }

    [Fact]
    public void Cursor_is_refused_when_any_bit_of_it_changes()
    {
        var bytes = Base64Url.DecodeFromChars(_signer.Issue(Scope, Last));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            _signer.TryRead(Scope, Base64Url.EncodeToString(changed), out _).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Cursor_is_refused_when_it_is_none(string cursor) => _signer.TryRead(Scope, cursor, out _).ShouldBeFalse();

    [Theory]
    [InlineData(null, 50)]
    [InlineData("", 50)]
    [InlineData("1", 1)]
    [InlineData("500", 500)]
    public void Limit_is_read_when_in_range(string? text, int limit)
    {
        PageLimit.TryRead(text, out var read).ShouldBeTrue();
        read.ShouldBe(limit);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("501")]
    [InlineData("-1")]
    [InlineData("ten")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    public void Limit_is_refused_when_out_of_range(string text) => PageLimit.TryRead(text, out _).ShouldBeFalse();
}
