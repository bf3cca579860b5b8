using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>
/// A code on paper for the day the phone is lost: 80 random bits as four groups of four characters of Base 32, such as
/// <c>K3QF-7ZJM-2WYD-PLXA</c>. Nobody finds 80 random bits by trying, so a fast hash of them is stored.
/// </summary>
/// <param name="Text">In the form it was shown; a secret.</param>
public sealed record RecoveryCodeText(string Text)
{
    /// <summary>Codes a user gets at once.</summary>
    public const int Count = 10;

    private const int Length = 10;
    private const int Group = 4;
    private const int Characters = Length * 8 / 5;

    /// <summary>A new set of codes.</summary>
    public static IReadOnlyList<RecoveryCodeText> NewSet() => [.. Enumerable.Range(0, Count).Select(_ => Of(RandomNumberGenerator.GetBytes(Length)))];

    /// <summary>
    /// Reads what a person typed: in any case, with or without separators, and with digits that stand for the letters
    /// they look like (RFC 4648, section 3.4), which the alphabet leaves out for that reason.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RecoveryCodeText? code)
    {
        code = null;
        if (text.Length > 2 * Characters)
        {
            return false;
        }

        var kept = text.Where(c => c is not ('-' or ' ')).Select(c => char.ToUpperInvariant(c) switch
        {
            '0' => 'O',
            '1' => 'I',
            '8' => 'B',
            var other => other,
        }).ToArray();
        if (kept.Length != Characters || !Base32.TryDecode(kept, out var bytes))
        {
            return false;
        }

        code = Of(bytes);
        return true;
    }

    /// <summary>SHA-256 of the user's id and the code: equal codes of two users would not look equal.</summary>
    public byte[] Hash(Guid userId)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(userId.ToByteArray(bigEndian: true));
        hash.AppendData(Encoding.ASCII.GetBytes(Text));
        return hash.GetHashAndReset();
    }

    /// <summary>Says nothing of the code, for records print their members.</summary>
    public override string ToString() => nameof(RecoveryCodeText);

    private static RecoveryCodeText Of(byte[] bytes) =>
        new(string.Join('-', Base32.Encode(bytes).Chunk(Group).Select(group => new string(group))));
}
