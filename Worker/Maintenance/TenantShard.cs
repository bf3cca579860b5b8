using System.Globalization;

namespace ProductionReady.Worker.Maintenance;

/// <summary>One of <paramref name="Count"/> parts of the tenants.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Count">How many parts there are.</param>
public sealed record TenantShard(int Index, int Count)
{
    /// <summary>Such as <c>03/16</c>; it holds the count, so that a change of it cannot mix two divisions.</summary>
    public string Name => $"{Index:D2}/{Count:D2}";

    /// <summary>The names of all parts.</summary>
    public static IReadOnlyList<string> Names(int count) =>
        [.. Enumerable.Range(0, count).Select(index => new TenantShard(index, count).Name)];

    /// <summary>Reads what <see cref="Name"/> wrote.</summary>
    public static TenantShard Parse(string name)
    {
        var parts = name.Split('/');
        return new TenantShard(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// By the last two bytes: a UUIDv7 begins with its time, so tenants that signed up together would share a shard if its
    /// beginning counted; its end is random (RFC 9562, 5.7).
    /// </summary>
    public bool Holds(Guid tenant)
    {
        Span<byte> bytes = stackalloc byte[16];
        tenant.TryWriteBytes(bytes, bigEndian: true, out _);
        return ((bytes[14] << 8) | bytes[15]) % Count == Index;
    }
}
