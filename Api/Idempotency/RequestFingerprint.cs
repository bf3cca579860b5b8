using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Idempotency;

/// <summary>Tells whether two requests ask for the same thing.</summary>
public static class RequestFingerprint
{
    /// <summary>
    /// SHA-256, 32 bytes, of method, path, query, <c>Content-Type</c>, <c>If-Match</c> and the body to its end, each with its
    /// length before it, so that nothing can move from one to the next. The body can be read again afterwards.
    /// </summary>
    /// <exception cref="BadHttpRequestException">The body is larger than the endpoint takes, or broke off.</exception>
    public static async Task<byte[]> OfAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // In memory, never in a file as the framework's own buffering may: the endpoint's limit on bodies bounds it.
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        body.Position = 0;
        request.Body = body;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, request.Method);
        Append(hash, request.PathBase + request.Path);
        Append(hash, request.QueryString.Value);
        Append(hash, request.ContentType);
        Append(hash, request.Headers.IfMatch);
        hash.AppendData(body.GetBuffer(), 0, (int)body.Length);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string? part)
    {
        var bytes = Encoding.UTF8.GetBytes(part ?? "");
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
