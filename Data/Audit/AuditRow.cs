using Npgsql;

namespace ProductionReady.Data.Audit;

/// <summary>
/// An entry of the audit trail as the database holds it, word for word, so that its hash can be computed again whatever
/// somebody wrote into it. One instance is filled row by row.
/// </summary>
public sealed class AuditRow
{
    /// <summary>What <see cref="Read"/> expects of a query, in this order.</summary>
    public const string Columns =
        "tenant_id, seq, id, occurred_at, action, outcome, actor_kind, actor_id, resource_type, resource_id, before::text, after::text, "
        + "address, user_agent, session_id, request_id, previous_hash, hash";

    private const long MicrosecondsFrom1970To2000 = 946_684_800_000_000;
    private const long MaxMicroseconds = 253_402_300_799_999_999;
    private const long MinMicroseconds = -62_135_596_800_000_000;

    /// <inheritdoc cref="AuditEntry.TenantId"/>
    public Guid TenantId { get; private set; }

    /// <inheritdoc cref="AuditEntry.Seq"/>
    public long Seq { get; private set; }

    /// <inheritdoc cref="AuditEntry.Id"/>
    public Guid Id { get; private set; }

    /// <summary><see cref="AuditEntry.OccurredAt"/> in microseconds since 1970-01-01T00:00:00Z.</summary>
    public long OccurredAtMicroseconds { get; private set; }

    /// <summary><see cref="AuditEntry.OccurredAt"/>; the last or first representable time for one beyond it, which only a forger writes.</summary>
    public DateTimeOffset OccurredAt => OccurredAtMicroseconds switch
    {
        > MaxMicroseconds => DateTimeOffset.MaxValue,
        < MinMicroseconds => DateTimeOffset.MinValue,
        var time => DateTimeOffset.UnixEpoch.AddTicks(time * TimeSpan.TicksPerMicrosecond),
    };

    /// <inheritdoc cref="AuditEntry.Action"/>
    public string Action { get; private set; } = "";

    /// <inheritdoc cref="AuditEntry.Outcome"/>
    public string Outcome { get; private set; } = "";

    /// <inheritdoc cref="AuditEntry.ActorKind"/>
    public string ActorKind { get; private set; } = "";

    /// <inheritdoc cref="AuditEntry.ActorId"/>
    public Guid? ActorId { get; private set; }

    /// <inheritdoc cref="AuditEntry.ResourceType"/>
    public string ResourceType { get; private set; } = "";

    /// <inheritdoc cref="AuditEntry.ResourceId"/>
    public string? ResourceId { get; private set; }

    /// <inheritdoc cref="AuditEntry.Before"/>
    public string? Before { get; private set; }

    /// <inheritdoc cref="AuditEntry.After"/>
    public string? After { get; private set; }

    /// <inheritdoc cref="AuditEntry.Address"/>
    public string? Address { get; private set; }

    /// <inheritdoc cref="AuditEntry.UserAgent"/>
    public string? UserAgent { get; private set; }

    /// <inheritdoc cref="AuditEntry.SessionId"/>
    public Guid? SessionId { get; private set; }

    /// <inheritdoc cref="AuditEntry.RequestId"/>
    public string? RequestId { get; private set; }

    /// <inheritdoc cref="AuditEntry.PreviousHash"/>
    public byte[] PreviousHash { get; private set; } = [];

    /// <inheritdoc cref="AuditEntry.Hash"/>
    public byte[] Hash { get; private set; } = [];

    /// <summary>Takes the values of the reader's current row.</summary>
    public AuditRow Read(NpgsqlDataReader row)
    {
        TenantId = row.GetGuid(0);
        Seq = row.GetInt64(1);
        Id = row.GetGuid(2);

        // Microseconds since 2000, as PostgreSQL keeps it; its infinities wrap around to a time that no hash fits.
        OccurredAtMicroseconds = unchecked(row.GetFieldValue<long>(3) + MicrosecondsFrom1970To2000);
        Action = row.GetString(4);
        Outcome = row.GetString(5);
        ActorKind = row.GetString(6);
        ActorId = IdOrNull(row, 7);
        ResourceType = row.GetString(8);
        ResourceId = TextOrNull(row, 9);
        Before = TextOrNull(row, 10);
        After = TextOrNull(row, 11);
        Address = TextOrNull(row, 12);
        UserAgent = TextOrNull(row, 13);
        SessionId = IdOrNull(row, 14);
        RequestId = TextOrNull(row, 15);
        PreviousHash = row.GetFieldValue<byte[]>(16);
        Hash = row.GetFieldValue<byte[]>(17);
        return this;
    }

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Guid? IdOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);
}
