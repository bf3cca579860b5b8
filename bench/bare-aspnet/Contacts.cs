using Npgsql;
using NpgsqlTypes;

namespace ProductionReady.BareAspNet;

/// <summary>The contact read and create on plain Npgsql: no authentication, no validation, no telemetry.</summary>
internal static class Contacts
{
    private const string Read = """
        SELECT id, name, email, phone, address, age, gender, created_at, updated_at, xmin
        FROM contacts WHERE tenant_id = $1 AND id = $2 LIMIT 1
        """;

    private const string Insert = """
        INSERT INTO contacts (id, tenant_id, name, email, phone, address, age, gender, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING xmin
        """;

    /// <summary>The tenant whose contacts this service serves.</summary>
    internal sealed record Owner(Guid TenantId);

    /// <summary>What a create carries.</summary>
    internal sealed record NewContact(string Name, string? Email, string? Phone, string? Address, short? Age, string? Gender);

    /// <summary>What a read returns.</summary>
    internal sealed record Contact(
        Guid Id,
        string Name,
        string? Email,
        string? Phone,
        string? Address,
        short? Age,
        string? Gender,
        DateTime CreatedAt,
        DateTime UpdatedAt);

    internal static async Task<IResult> ReadAsync(
        Guid id, NpgsqlDataSource database, Owner owner, HttpResponse response, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Read);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = owner.TenantId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return Results.NotFound();
        }

        response.Headers.ETag = $"\"{row.GetFieldValue<uint>(9)}\"";
        return Results.Ok(new Contact(
            row.GetGuid(0),
            row.GetString(1),
            Text(row, 2),
            Text(row, 3),
            Text(row, 4),
            row.IsDBNull(5) ? null : row.GetInt16(5),
            Text(row, 6),
            row.GetDateTime(7),
            row.GetDateTime(8)));
    }

    internal static async Task<IResult> CreateAsync(
        NewContact body, NpgsqlDataSource database, Owner owner, HttpResponse response, CancellationToken cancellation)
    {
        var id = Guid.CreateVersion7();
        var now = DateTime.UtcNow;
        await using var command = database.CreateCommand(Insert);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = owner.TenantId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = body.Name });
        command.Parameters.Add(Nullable(body.Email, NpgsqlDbType.Varchar));
        command.Parameters.Add(Nullable(body.Phone, NpgsqlDbType.Varchar));
        command.Parameters.Add(Nullable(body.Address, NpgsqlDbType.Varchar));
        command.Parameters.Add(Nullable(body.Age, NpgsqlDbType.Smallint));
        command.Parameters.Add(Nullable(body.Gender ?? "unspecified", NpgsqlDbType.Text));
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now });
        var version = (uint)(await command.ExecuteScalarAsync(cancellation))!;
        response.Headers.ETag = $"\"{version}\"";
        return Results.Created(
            $"/api/v1/contacts/{id}",
            new Contact(id, body.Name, body.Email, body.Phone, body.Address, body.Age, body.Gender, now, now));
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
