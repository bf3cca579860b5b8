using System.Collections.Concurrent;
using ProductionReady.Api.Authorization;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>
/// What was revoked while credentials of it may still be about, as this process knows it, and whether it knows it well enough
/// to answer without asking anybody: it does for <see cref="TrustFor"/> after it was last compared with the database.
/// </summary>
public sealed class RevocationMemory(TimeProvider time)
{
    /// <summary>
    /// How long a comparison is believed. With what an answer takes it stays below a second, within which a revocation is to
    /// hold everywhere, and it leaves room for two comparisons that come late (<see cref="RevocationFeed.LookEvery"/>).
    /// </summary>
    public static readonly TimeSpan TrustFor = TimeSpan.FromMilliseconds(800);

    private readonly ConcurrentDictionary<Guid, Entry> _entries = new();
    private readonly ConcurrentDictionary<string, long> _ownComparedAt = new(StringComparer.Ordinal);
    private long _comparedAt;
    private volatile bool _compared;

    /// <summary>Whether what is not remembered as revoked may be taken for good.</summary>
    public bool IsTrusted => _compared && time.GetElapsedTime(Volatile.Read(ref _comparedAt)) < TrustFor;

    /// <summary>
    /// The same for tenants of one database. What is revoked of a tenant in a database of its own stands there, and what is revoked of
    /// the keys that sign stands at home: both must have been compared.
    /// </summary>
    /// <param name="database">Name of the own database; null for home.</param>
    public bool IsTrustedFor(string? database) =>
        IsTrusted && (database is null || (_ownComparedAt.TryGetValue(database, out var at) && time.GetElapsedTime(at) < TrustFor));

    /// <summary>Looks a caller up: an access token's session and user with the version, or an API key.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="database">The own database of the caller's tenant; null for home.</param>
    public RevocationState Look(Principal principal, string? database)
    {
        if (IsRevoked(principal.CredentialId, version: 0) || IsRevoked(principal.SubjectId, Revocation.All - 1))
        {
            return RevocationState.Revoked;
        }

        return principal.Kind == PrincipalKind.User && IsRevoked(principal.SubjectId, principal.Version) ? RevocationState.Stale
            : IsTrustedFor(database) ? RevocationState.Good
            : RevocationState.Unknown;
    }

    /// <summary>
    /// Looks one subject up, such as an API key that is about to be taken from a cache, or the tenant that it belongs to
    /// (<see cref="SessionEnding.EndAllOfTenantAsync"/>).
    /// </summary>
    /// <param name="subject">The subject.</param>
    /// <param name="database">The own database of its tenant; null for home.</param>
    public RevocationState Look(Guid subject, string? database) =>
        IsRevoked(subject, version: 0) ? RevocationState.Revoked : IsTrustedFor(database) ? RevocationState.Good : RevocationState.Unknown;

    /// <summary>Remembers a revocation.</summary>
    /// <param name="revoked">What is refused.</param>
    public void Add(RevokedSubject revoked)
    {
        var forgetAt = time.GetTimestamp() + (long)(revoked.For.TotalSeconds * time.TimestampFrequency);
        var added = new Entry(revoked.BelowVersion, forgetAt);
        _entries.AddOrUpdate(
            revoked.Subject,
            added,
            (_, known) => new Entry(Math.Max(known.BelowVersion, added.BelowVersion), Math.Max(known.ForgetAt, added.ForgetAt)));
    }

    /// <summary>All that a database told up to a moment is known here now.</summary>
    /// <param name="askedAt">Time stamp of the moment before the database was asked.</param>
    /// <param name="database">Name of a tenant's own database; null for home.</param>
    public void Compared(long askedAt, string? database = null)
    {
        if (database is not null)
        {
            _ownComparedAt[database] = askedAt;
            return;
        }

        Volatile.Write(ref _comparedAt, askedAt);
        _compared = true;
    }

    /// <summary>Nobody compares with this own database any more.</summary>
    public void Forget(string database) => _ownComparedAt.TryRemove(database, out _);

    /// <summary>Forgets what no credential can be alive of; returns how many are remembered.</summary>
    public int Prune()
    {
        var now = time.GetTimestamp();
        foreach (var (subject, entry) in _entries)
        {
            if (entry.ForgetAt < now)
            {
                _entries.TryRemove(new(subject, entry));
            }
        }

        return _entries.Count;
    }

    private bool IsRevoked(Guid subject, long version) => _entries.TryGetValue(subject, out var entry) && version < entry.BelowVersion;

    private sealed record Entry(long BelowVersion, long ForgetAt);
}

/// <summary>A subject whose credentials are refused.</summary>
/// <param name="Subject">A session, a user, an API key, a tenant, or <see cref="RevocationSubjects.SigningKeys"/>.</param>
/// <param name="BelowVersion"><see cref="Revocation.All"/>, or the user's version that tokens must have at least.</param>
/// <param name="For">For how long from now on; no credential is alive after that.</param>
public readonly record struct RevokedSubject(Guid Subject, long BelowVersion, TimeSpan For);

/// <summary>What is known about a caller.</summary>
public enum RevocationState
{
    /// <summary>Ask the database.</summary>
    Unknown,

    /// <summary>Not revoked.</summary>
    Good,

    /// <summary>What the user may do has changed since: refuse the token, and a refreshed one will do.</summary>
    Stale,

    /// <summary>Revoked: refuse it.</summary>
    Revoked,
}
