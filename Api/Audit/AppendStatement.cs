using Npgsql;
using NpgsqlTypes;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Audit;

/// <summary>The one statement that writes the trail; see <see cref="Data.Schema.AuditFunctions.Append"/>.</summary>
internal static class AppendStatement
{
    private const string Append = "SELECT append_audit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

    /// <summary>Answers the entry's seq.</summary>
    public static NpgsqlBatchCommand Of(AuditEvent entry, AuditOrigin origin)
    {
        var actor = entry.Actor ?? origin.Actor;
        return new NpgsqlBatchCommand(Append)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() },
                Text(entry.Action),
                Text(StoredText.Of(entry.Outcome)),
                Text(StoredText.Of(actor.Kind)),
                Id(actor.Id),
                Text(entry.ResourceType),
                Text(AuditOrigin.Cut(entry.ResourceId, AuditEntry.ResourceIdMaxLength)),
                Json(AuditDocument.Of(entry.Before)),
                Json(AuditDocument.Of(entry.After)),
                Text(origin.Address),
                Text(origin.UserAgent),
                Id(entry.SessionId ?? origin.SessionId),
                Text(origin.RequestId),
            },
        };
    }

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Json(string? json) => new() { Value = (object?)json ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb };

    private static NpgsqlParameter Id(Guid? id) => new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };
}
