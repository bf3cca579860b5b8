using Npgsql;
using NpgsqlTypes;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Storage;
using ProductionReady.Api.Tenants.Plans;
using ProductionReady.Api.Versions;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Contacts.Storage;

/// <summary>Changes a tenant's contacts one by one.</summary>
public sealed class ContactWrites(TenantDatabase database, PlanCache plans, TimeProvider time)
{
    private const string Insert = """
        INSERT INTO contacts (tenant_id, id, name, email, phone, address, age, gender, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
        ON CONFLICT (tenant_id, email_key) DO NOTHING
        RETURNING xmin
        """;

    // $10 is null unless the caller named the versions it knows.
    private const string Update = $"""
        UPDATE contacts SET name = $3, email = $4, phone = $5, address = $6, age = $7, gender = $8, updated_at = $9
        WHERE tenant_id = $1 AND id = $2 AND ($10 IS NULL OR xmin::text = ANY($10))
        RETURNING {StoredContact.Columns}
        """;

    private const string Remove = "DELETE FROM contacts WHERE tenant_id = $1 AND id = $2 AND ($3 IS NULL OR xmin::text = ANY($3)) RETURNING 1";

    private const string Exists = "SELECT 1 FROM contacts WHERE tenant_id = $1 AND id = $2";

    /// <summary>Creates a contact, as part of <paramref name="keyed"/> if given; null when the e-mail address is another's.</summary>
    /// <exception cref="PlanLimitException">The tenant's plan allows no more.</exception>
    public async Task<StoredContact?> InsertAsync(
        Guid tenantId, ContactFields fields, KeyedTransaction? keyed, CancellationToken cancellationToken)
    {
        var plan = await plans.OfAsync(tenantId, keyed?.Connection, cancellationToken);
        plan.CheckStorage();
        await using var opened = keyed is null ? await database.OpenAsync(tenantId, cancellationToken) : null;
        if (plan.MaxContacts is not { } limit)
        {
            return await InsertAsync(opened ?? keyed!.Connection, tenantId, fields, cancellationToken);
        }

        await using var transaction = opened is null ? null : await opened.BeginTransactionAsync(cancellationToken);
        if (await ContactRoom.TakeAsync(opened ?? keyed!.Connection, tenantId, limit, wanted: 1, cancellationToken) == 0)
        {
            throw new PlanLimitException(Plan.Contacts, limit);
        }

        var contact = await InsertAsync(opened ?? keyed!.Connection, tenantId, fields, cancellationToken);
        if (transaction is not null && contact is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return contact;
    }

    private async Task<StoredContact?> InsertAsync(NpgsqlConnection connection, Guid tenantId, ContactFields fields, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        var now = Now();
        var insert = With(Insert, tenantId, id, fields);
        insert.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now });
        await using var batch = TenantDatabase.Batch(connection, tenantId, insert);
        await batch.PrepareAsync(cancellationToken);
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new(id, fields, now, now, row.GetFieldValue<uint>(0)) : null;
    }

    /// <summary>Replaces all of a contact's own fields.</summary>
    public async Task<ContactChange> ReplaceAsync(
        Guid tenantId, Guid id, ContactFields fields, KnownVersions known, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(tenantId, cancellationToken);
        return await ReplaceAsync(connection, tenantId, id, fields, known, cancellationToken);
    }

    /// <summary>
    /// Replaces a contact's fields by what <paramref name="change"/> makes of them; null from it changes nothing. The row is
    /// locked meanwhile, so of two changes at once neither is lost. As part of <paramref name="keyed"/>, if given, it is for
    /// that transaction's owner to commit, and to undo what was not <see cref="ChangeOutcome.Done"/>.
    /// </summary>
    public async Task<ContactChange> ChangeAsync(
        Guid tenantId, Guid id, Func<StoredContact, ContactFields?> change, KnownVersions known, KeyedTransaction? keyed,
        CancellationToken cancellationToken)
    {
        await using var opened = keyed is null ? await database.OpenAsync(tenantId, cancellationToken) : null;
        var connection = opened ?? keyed!.Connection;
        await using var transaction = opened is null ? null : await opened.BeginTransactionAsync(cancellationToken);
        StoredContact current;
        await using (var batch = TenantDatabase.Batch(connection, tenantId, With($"SELECT {StoredContact.Columns} FROM contacts WHERE tenant_id = $1 AND id = $2 FOR UPDATE", tenantId, id)))
        await using (var row = await TenantDatabase.ReadAsync(batch, cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken))
            {
                return ContactChange.NotFound;
            }

            current = StoredContact.Read(row);
        }

        if (!known.Include(current.Version))
        {
            return ContactChange.Stale;
        }

        if (change(current) is not { } fields)
        {
            return new(ChangeOutcome.Unchanged, current);
        }

        var changed = await ReplaceAsync(connection, tenantId, id, fields, KnownVersions.Any, cancellationToken);
        if (transaction is not null && changed.Outcome == ChangeOutcome.Done)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return changed;
    }

    /// <summary>Deletes a contact.</summary>
    public async Task<ChangeOutcome> DeleteAsync(Guid tenantId, Guid id, KnownVersions known, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(tenantId, cancellationToken);
        await using var batch = TenantDatabase.Batch(connection, tenantId, WithKnown(With(Remove, tenantId, id), known), With(Exists, tenantId, id));
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        return await row.ReadAsync(cancellationToken) ? ChangeOutcome.Done : await WhyNotAsync(row, cancellationToken);
    }

    private async Task<ContactChange> ReplaceAsync(
        NpgsqlConnection connection, Guid tenantId, Guid id, ContactFields fields, KnownVersions known, CancellationToken cancellationToken)
    {
        var update = With(Update, tenantId, id, fields);
        update.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Now() });
        await using var batch = TenantDatabase.Batch(connection, tenantId, WithKnown(update, known), With(Exists, tenantId, id));
        try
        {
            await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
            return await row.ReadAsync(cancellationToken)
                ? new(ChangeOutcome.Done, StoredContact.Read(row))
                : new(await WhyNotAsync(row, cancellationToken), null);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return ContactChange.EmailTaken;
        }
    }

    private static async Task<ChangeOutcome> WhyNotAsync(NpgsqlDataReader row, CancellationToken cancellationToken) =>
        await row.NextResultAsync(cancellationToken) && await row.ReadAsync(cancellationToken) ? ChangeOutcome.Stale : ChangeOutcome.NotFound;

    private static NpgsqlBatchCommand With(string sql, Guid tenantId, Guid id, ContactFields? fields = null)
    {
        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenantId }, new NpgsqlParameter<Guid> { TypedValue = id } },
        };
        if (fields is not null)
        {
            command.Parameters.Add(Text(fields.Name));
            command.Parameters.Add(Text(fields.Email));
            command.Parameters.Add(Text(fields.Phone));
            command.Parameters.Add(Text(fields.Address));
            command.Parameters.Add(new() { Value = fields.Age is { } age ? age : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint });
            command.Parameters.Add(Text(StoredText.Of(fields.Gender)));
        }

        return command;
    }

    private static NpgsqlBatchCommand WithKnown(NpgsqlBatchCommand command, KnownVersions known)
    {
        command.Parameters.Add(new() { Value = (object?)known.AsText() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        return command;
    }

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    /// <summary>Cut to the microseconds that PostgreSQL keeps, so that an answer shows what a later read will.</summary>
    private DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
