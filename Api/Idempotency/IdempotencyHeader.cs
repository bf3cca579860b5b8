using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Primitives;
using ProductionReady.Data.Idempotency;

namespace ProductionReady.Api.Idempotency;

/// <summary>
/// The header <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header): a string of RFC 9651, such as
/// <c>"8e03978e-40d5"</c>, or the same without quotes, as most clients send it. The two forms name the same key.
/// </summary>
public static class IdempotencyHeader
{
    /// <summary>Name of the header.</summary>
    public const string Name = "Idempotency-Key";

    /// <summary>Set to <c>true</c> on an answer that an earlier request got.</summary>
    public const string Replayed = "Idempotency-Replayed";

    /// <summary>Reads the key: 1 to 255 visible ASCII characters; bare, none of them <c>" \ , ;</c>.</summary>
    public static bool TryRead(StringValues given, [NotNullWhen(true)] out string? key)
    {
        key = given is [{ Length: > 0 } text] ? text[0] == '"' ? Unquote(text) : Bare(text) : null;
        return key is { Length: > 0 and <= IdempotencyKey.KeyMaxLength };
    }

    private static string? Bare(string text) =>
        text.All(c => IsVisible(c) && c is not ('"' or '\\' or ',' or ';')) ? text : null;

    private static string? Unquote(string text)
    {
        var key = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    return i == text.Length - 1 ? key.ToString() : null;
                case '\\' when ++i == text.Length || text[i] is not ('"' or '\\'):
                    return null;
                default:
                    if (!IsVisible(text[i]))
                    {
                        return null;
                    }

                    key.Append(text[i]);
                    break;
            }
        }

        return null;
    }

    private static bool IsVisible(char c) => c is >= '!' and <= '~';
}
