using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Tests.Data.Audit;

public sealed class AuditPrivilegesTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly string[] Statements =
    [
        "UPDATE audit_entries SET action = 'x'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "DROP TABLE audit_entries",
        "INSERT INTO audit_entries SELECT * FROM audit_entries",
        "ALTER TABLE audit_entries DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE audit_entries DETACH PARTITION audit_entries_default",
        "SELECT * FROM audit_entries_default",
        "DELETE FROM audit_entries_default",
        "DROP TABLE audit_entries_default",
        "UPDATE audit_chains SET last_seq = 0",
        "DELETE FROM audit_chains",
        "INSERT INTO audit_chains (tenant_id, last_seq, last_hash) VALUES (gen_random_uuid(), 0, sha256(''))",
        "CREATE OR REPLACE FUNCTION append_audit() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE app_audit",
        "SET ROLE app_owner",
    ];

    public static TheoryData<string, string> Forbidden
    {
        get
        {
            var forbidden = new TheoryData<string, string>();
            foreach (var statement in Statements)
            {
                forbidden.Add(ResourceNames.ApiDatabase, statement);
                forbidden.Add(ResourceNames.WorkerDatabase, statement);
            }

            forbidden.Add(ResourceNames.ApiDatabase, "SELECT erase_audit()");
            forbidden.Add(ResourceNames.ApiDatabase, "SELECT note_audit_verified(1, sha256(''))");
            forbidden.Add(ResourceNames.ApiDatabase, "SELECT create_audit_partition('2030-01-01')");
            return forbidden;
        }
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public async Task Database_refuses_a_service_when_it_would_change_the_trail(string resource, string sql)
    {
        var tenant = await database.TenantAsync(entries: 1);
        await using var connection = await database.OpenAsync(resource, tenant);
        var refused = await Should.ThrowAsync<PostgresException>(() => AuditDatabase.ExecuteAsync(connection, sql));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, refused.MessageText);
        (await database.VerifyAsync(tenant)).Entries.ShouldBe(1);
    }

    [Theory]
    [InlineData(ResourceNames.ApiDatabase)]
    [InlineData(ResourceNames.WorkerDatabase)]
    public async Task Database_shows_a_service_the_trail_of_its_sessions_tenant_alone(string resource)
    {
        var (red, blue) = (await database.TenantAsync(entries: 2), await database.TenantAsync(entries: 3));
        await using var connection = await database.OpenAsync(resource, red);
        (await AuditDatabase.ExecuteAsync(connection, "SELECT count(*) FROM audit_entries")).ShouldBe(2L);
        (await AuditDatabase.ExecuteAsync(connection, $"SELECT count(*) FROM audit_entries WHERE tenant_id = '{blue}'")).ShouldBe(0L);
        (await AuditDatabase.ExecuteAsync(connection, $"SELECT count(*) FROM audit_chains WHERE tenant_id = '{blue}'")).ShouldBe(0L);
        await AuditDatabase.ExecuteAsync(connection, "RESET app.tenant_id");
        (await AuditDatabase.ExecuteAsync(connection, "SELECT count(*) FROM audit_entries")).ShouldBe(0L);
    }

    [Fact]
    public async Task Erasure_takes_the_trail_of_the_sessions_tenant_and_no_other()
    {
        var (red, blue) = (await database.TenantAsync(entries: 2), await database.TenantAsync(entries: 3));
        await using (var worker = await database.OpenAsync(ResourceNames.WorkerDatabase, red))
        {
            (await AuditDatabase.ExecuteAsync(worker, "SELECT erase_audit()")).ShouldBe(2L);
        }

        await using (var nobodys = await database.OpenAsync(ResourceNames.WorkerDatabase))
        {
            (await Should.ThrowAsync<PostgresException>(() => AuditDatabase.ExecuteAsync(nobodys, "SELECT erase_audit()"))).SqlState
                .ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
        }

        (await database.ForgeAsync($"SELECT (SELECT count(*) FROM audit_entries WHERE tenant_id = '{red}') + (SELECT count(*) FROM audit_chains WHERE tenant_id = '{red}')")).ShouldBe(0L);
        (await database.VerifyAsync(blue)).Entries.ShouldBe(3);
        await database.ForgeAsync($"DELETE FROM tenants WHERE id = '{red}'");
    }
}
