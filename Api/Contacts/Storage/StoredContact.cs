using Npgsql;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Data.Contacts;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Contacts.Storage;

/// <summary>A contact as the table has it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Fields">Its own fields.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
/// <param name="Version">PostgreSQL's <c>xmin</c>.</param>
public sealed record StoredContact(Guid Id, ContactFields Fields, DateTime CreatedAt, DateTime UpdatedAt, uint Version)
{
    /// <summary>The columns that <see cref="Read"/> wants, in its order.</summary>
    public const string Columns = "id, name, email, phone, address, age, gender, created_at, updated_at, xmin";

    /// <summary>The reader's current row.</summary>
    public static StoredContact Read(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        new(
            row.GetString(1),
            row.IsDBNull(2) ? null : row.GetString(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.IsDBNull(4) ? null : row.GetString(4),
            row.IsDBNull(5) ? null : row.GetInt16(5),
            StoredText.Parse<Gender>(row.GetString(6))),
        row.GetDateTime(7),
        row.GetDateTime(8),
        row.GetFieldValue<uint>(9));
}
