using Npgsql;

namespace ProductionReady.Tests.Isolation;

/// <summary>As <c>app_api</c> with one tenant set, over every tenant-owned table: no statement reads or writes another tenant's row.</summary>
public sealed class StatementIsolationTests(ForeignRows rows) : IClassFixture<ForeignRows>
{
    public static TheoryData<string> Tables => [.. ForeignRows.Tables];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Select_gives_the_own_row_alone(string table)
    {
        await using var red = await rows.OpenAsync(rows.Red);
        (await ForeignRows.ExecuteAsync(red, $"SELECT count(*) FROM {table}")).ShouldBe(1L, "The own row is seen, so the statement does read.");
        (await ForeignRows.ExecuteAsync(red, $"SELECT count(*) FROM {table} WHERE tenant_id = '{rows.Blue}'")).ShouldBe(0L);
        (await ForeignRows.ExecuteAsync(red, $"SELECT count(*) FROM {table} WHERE tenant_id <> '{rows.Red}' OR true IS NOT FALSE AND tenant_id = '{rows.Blue}'")).ShouldBe(0L);
        await using var nobody = await rows.OpenAsync(null);
        (await ForeignRows.ExecuteAsync(nobody, $"SELECT count(*) FROM {table}")).ShouldBe(0L, "Nobody's rows without a tenant.");
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Join_across_tenants_finds_no_partner(string table)
    {
        await using var red = await rows.OpenAsync(rows.Red);
        (await ForeignRows.ExecuteAsync(red, $"SELECT count(*) FROM {table} a JOIN {table} b ON a.tenant_id <> b.tenant_id")).ShouldBe(0L);
        (await ForeignRows.ExecuteAsync(red, $"SELECT count(*) FROM tenants t FULL JOIN {table} x ON x.tenant_id = t.id WHERE coalesce(t.id, x.tenant_id) <> '{rows.Red}'"))
            .ShouldBe(0L);
        (await ForeignRows.ExecuteAsync(red, $"SELECT count(*) FROM (VALUES ('{rows.Blue}'::uuid)) AS v (id), LATERAL (SELECT FROM {table} WHERE tenant_id = v.id) AS x"))
            .ShouldBe(0L);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Guessed_ids_and_numbers_find_nothing(string table)
    {
        await using var red = await rows.OpenAsync(rows.Red);
        foreach (var column in new[] { "id", "user_id", "subject_id", "session_id", "actor_id" })
        {
            if (await ForeignRows.ExecuteAsync(red, $"SELECT 1 FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attname = '{column}'") is not null)
            {
                (await ForeignRows.ExecuteAsync(red, $"SELECT count(*) FROM {table} WHERE {column} = '{rows.BlueId}'")).ShouldBe(0L, column);
            }
        }

        (await ForeignRows.ExecuteAsync(
            red,
            "SELECT count(*) FROM pg_sequences WHERE schemaname = 'public' AND has_sequence_privilege(format('%I.%I', schemaname, sequencename), 'USAGE, SELECT, UPDATE')"))
            .ShouldBe(0L, "It may look at no sequence: the next number would tell how much others write.");
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Update_and_delete_touch_no_foreign_row(string table)
    {
        await using var red = await rows.OpenAsync(rows.Red);
        (await ForeignRows.TryAsync(red, $"WITH touched AS (UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = '{rows.Blue}' RETURNING 1) SELECT count(*) FROM touched"))
            .ShouldBeOneOf(0L, null);
        (await ForeignRows.TryAsync(red, $"WITH touched AS (DELETE FROM {table} WHERE tenant_id = '{rows.Blue}' RETURNING 1) SELECT count(*) FROM touched"))
            .ShouldBeOneOf(0L, null);
        (await ForeignRows.TryAsync(red, $"WITH touched AS (DELETE FROM {table} USING tenants WHERE {table}.tenant_id <> '{rows.Red}' RETURNING 1) SELECT count(*) FROM touched"))
            .ShouldBeOneOf(0L, null);
        (await ForeignRows.TryAsync(red, $"TRUNCATE {table}")).ShouldBeNull();
        await rows.ShouldBeUntouchedAsync(table);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Row_is_neither_put_into_another_tenant_nor_moved_there(string table)
    {
        await using var red = await rows.OpenAsync(rows.Red);
        var move = await Should.ThrowAsync<PostgresException>(() => ForeignRows.ExecuteAsync(red, $"UPDATE {table} SET tenant_id = '{rows.Blue}'"));
        move.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, move.MessageText);

        // The own row again, as the other tenant's: all it takes is another tenant_id.
        var columns = (string)(await ForeignRows.ExecuteAsync(red, $"""
            SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
            WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'tenant_id'
            """))!;
        var put = await Should.ThrowAsync<PostgresException>(() =>
            ForeignRows.ExecuteAsync(red, $"INSERT INTO {table} (tenant_id, {columns}) SELECT '{rows.Blue}', {columns} FROM {table}"));
        put.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, put.MessageText);
        await rows.ShouldBeUntouchedAsync(table);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Copy_gives_the_own_row_alone_and_takes_none(string table)
    {
        await using var red = await rows.OpenAsync(rows.Red);
        foreach (var what in new[] { table, $"(SELECT * FROM {table})", $"(SELECT * FROM {table} WHERE tenant_id = '{rows.Blue}')" })
        {
            if (what == table && await ForeignRows.ExecuteAsync(red, $"SELECT 1 FROM pg_partitioned_table WHERE partrelid = '{table}'::regclass") is not null)
            {
                continue;
            }

            using var copy = await red.BeginTextExportAsync($"COPY {what} TO STDOUT");
            var text = await copy.ReadToEndAsync();
            text.ShouldNotContain(rows.Blue.ToString());
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(what.Contains("WHERE", StringComparison.Ordinal) ? 0 : 1);
        }

        await Should.ThrowAsync<PostgresException>(async () =>
        {
            await using var copy = await red.BeginTextImportAsync($"COPY {table} (tenant_id) FROM STDIN");
            await copy.WriteLineAsync(rows.Blue.ToString());
        });
        await rows.ShouldBeUntouchedAsync(table);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Partition_shows_no_more_than_its_table(string table)
    {
        await using var red = await rows.OpenAsync(rows.Red);
        await using var command = new NpgsqlCommand($"SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{table}'::regclass", red);
        var partitions = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                partitions.Add(reader.GetString(0));
            }
        }

        foreach (var partition in partitions)
        {
            (await ForeignRows.TryAsync(red, $"SELECT count(*) FROM {partition} WHERE tenant_id <> '{rows.Red}'")).ShouldBeOneOf(0L, null);
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Prepared_statement_follows_the_tenant_and_not_its_plan(string table)
    {
        await using var connection = await rows.OpenAsync(rows.Blue);
        await ForeignRows.ExecuteAsync(connection, $"PREPARE of_whom AS SELECT string_agg(tenant_id::text, ',') FROM {table}");
        for (var i = 0; i < 8; i++)
        {
            // From the sixth time on the plan is a generic one, kept for all.
            (await ForeignRows.ExecuteAsync(connection, "EXECUTE of_whom")).ShouldBe(rows.Blue.ToString());
        }

        await ForeignRows.ExecuteAsync(connection, ProductionReady.Data.Tenancy.TenantCommandInterceptor.SetStatement(rows.Red));
        (await ForeignRows.ExecuteAsync(connection, "EXECUTE of_whom")).ShouldBe(rows.Red.ToString());
        await ForeignRows.ExecuteAsync(connection, "RESET app.tenant_id");
        (await ForeignRows.ExecuteAsync(connection, "EXECUTE of_whom")).ShouldBe(DBNull.Value);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Tenant_that_was_set_locally_ends_with_its_transaction(string table)
    {
        await using var connection = await rows.OpenAsync(null);
        foreach (var end in new[] { "COMMIT", "ROLLBACK" })
        {
            await ForeignRows.ExecuteAsync(connection, $"BEGIN; SELECT set_config('app.tenant_id', '{rows.Blue}', true)");
            (await ForeignRows.ExecuteAsync(connection, $"SELECT count(*) FROM {table}")).ShouldBe(1L);
            await ForeignRows.ExecuteAsync(connection, end);
            (await ForeignRows.ExecuteAsync(connection, $"SELECT count(*) FROM {table}")).ShouldBe(0L, end);
        }

        await ForeignRows.ExecuteAsync(connection, $"BEGIN; SELECT set_config('app.tenant_id', '{rows.Red}', true); SAVEPOINT s; SELECT set_config('app.tenant_id', '{rows.Blue}', true); ROLLBACK TO s");
        (await ForeignRows.ExecuteAsync(connection, $"SELECT string_agg(tenant_id::text, ',') FROM {table}")).ShouldBe(rows.Red.ToString());
        await ForeignRows.ExecuteAsync(connection, "ROLLBACK");
    }
}
