using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Tests.Api.Audit;

/// <summary>An entry of an export, hashed again with nothing but what the documentation says about it.</summary>
internal sealed class ExportedEntry(Guid tenant, Func<string, string?> column)
{
    public long Seq => long.Parse(column("seq")!, CultureInfo.InvariantCulture);

    public string PreviousHash => column("previousHash")!;

    public string Hash => column("hash")!;

    public string ComputedHash()
    {
        var time = DateTimeOffset.Parse(column("occurredAt")!, CultureInfo.InvariantCulture);
        List<byte[]?> parts =
        [
            Encoding.UTF8.GetBytes("productionready.audit.1"), tenant.ToByteArray(bigEndian: true), Number(Seq), Id("id"),
            Number((time - DateTimeOffset.UnixEpoch).Ticks / 10), Text("action"), Text("outcome"), Text("actorKind"), Id("actorId"),
            Text("resourceType"), Text("resourceId"), Text("before"), Text("after"), Text("address"), Text("userAgent"), Id("sessionId"),
            Text("requestId"), Convert.FromHexString(PreviousHash),
        ];
        return Convert.ToHexStringLower(SHA256.HashData(
            [.. parts.SelectMany(part => part is null ? [0xFF, 0xFF, 0xFF, 0xFF] : (byte[])[.. Length(part.Length), .. part])]));
    }

    private byte[]? Text(string name) => column(name) is { Length: > 0 } text ? Encoding.UTF8.GetBytes(text) : null;

    private byte[]? Id(string name) => column(name) is { Length: > 0 } id ? Guid.Parse(id).ToByteArray(bigEndian: true) : null;

    private static byte[] Number(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return bytes;
    }
}
