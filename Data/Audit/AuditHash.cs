using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ProductionReady.Data.Audit;

/// <summary>
/// The hash of an entry, as the database's <c>append_audit</c> computes it: SHA-256 (FIPS 180-4) of the parts below, each
/// with its length in bytes before it as a big-endian 32-bit number; a null is the length -1 (<c>FF FF FF FF</c>) alone.
/// </summary>
/// <remarks>
/// The text <c>productionready.audit.1</c>; tenant id; seq; id; time; action; outcome; kind and id of the actor; type and id of
/// the resource; before; after; address; user agent; session id; request id; the previous entry's hash. Ids are the 16 bytes
/// of RFC 9562 in network order; seq, and the time in microseconds since 1970-01-01T00:00:00Z, big-endian 64-bit numbers;
/// texts UTF-8; before and after the text in which PostgreSQL prints the <c>jsonb</c>.
/// </remarks>
public sealed class AuditHash
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>What stands first, so that the encoding can change one day.</summary>
    public const string Encoding = "productionready.audit.1";

    private byte[] _buffer = new byte[1024];
    private int _used;

    /// <summary>What the first entry has in place of a previous hash.</summary>
    public static byte[] Beginning => new byte[Length];

    /// <summary>Computes the hash that the entry should have. One instance may be used again and again, by one thread.</summary>
    public void Compute(AuditRow entry, Span<byte> hash)
    {
        _used = 0;
        Add(Encoding);
        Add(entry.TenantId);
        Add(entry.Seq);
        Add(entry.Id);
        Add(entry.OccurredAtMicroseconds);
        Add(entry.Action);
        Add(entry.Outcome);
        Add(entry.ActorKind);
        Add(entry.ActorId);
        Add(entry.ResourceType);
        Add(entry.ResourceId);
        Add(entry.Before);
        Add(entry.After);
        Add(entry.Address);
        Add(entry.UserAgent);
        Add(entry.SessionId);
        Add(entry.RequestId);
        entry.PreviousHash.CopyTo(Part(entry.PreviousHash.Length));
        SHA256.HashData(_buffer.AsSpan(0, _used), hash);
    }

    private void Add(string? text)
    {
        if (text is null)
        {
            AddNull();
        }
        else
        {
            System.Text.Encoding.UTF8.GetBytes(text, Part(System.Text.Encoding.UTF8.GetByteCount(text)));
        }
    }

    private void Add(Guid? id)
    {
        if (id is { } given)
        {
            given.TryWriteBytes(Part(16), bigEndian: true, out _);
        }
        else
        {
            AddNull();
        }
    }

    private void Add(long number) => BinaryPrimitives.WriteInt64BigEndian(Part(sizeof(long)), number);

    private void AddNull() => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), -1);

    private Span<byte> Part(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), length);
        return Take(length);
    }

    private Span<byte> Take(int length)
    {
        if (_buffer.Length - _used < length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + length));
        }

        _used += length;
        return _buffer.AsSpan(_used - length, length);
    }
}
