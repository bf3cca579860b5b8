using ProductionReady.MigrationService;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.MigrationService;

public sealed class ValidateTests(App app)
{
    /// <summary>What somebody may have done by hand, and the subject that must then be named.</summary>
    private static readonly (string Change, string Subject)[] Changes =
    [
        ("ALTER TABLE contacts ALTER COLUMN name TYPE text", "column contacts.name: should be character varying(100) not null, is text not null"),
        ("ALTER TABLE contacts ALTER COLUMN gender DROP NOT NULL", "column contacts.gender: should be text not null, is text"),
        ("ALTER TABLE contacts ALTER COLUMN phone SET DEFAULT '+1'", "column contacts.phone:"),
        ("ALTER TABLE contacts ADD nickname text", "column contacts.nickname: not in the model"),
        ("ALTER TABLE contacts DROP age", "column contacts.age: missing"),
        ("ALTER TABLE contacts DROP CONSTRAINT ck_contacts_phone", "constraint contacts.ck_contacts_phone: missing"),
        ("ALTER TABLE tenants DROP CONSTRAINT ck_tenants_state; ALTER TABLE tenants ADD CONSTRAINT ck_tenants_state CHECK (state <> '')", "constraint tenants.ck_tenants_state: should be"),
        ("ALTER TABLE sessions DROP CONSTRAINT fk_sessions_users; ALTER TABLE sessions ADD CONSTRAINT fk_sessions_users FOREIGN KEY (tenant_id, user_id) REFERENCES users", "constraint sessions.fk_sessions_users: should be"),
        ("DROP INDEX uq_users_tenant_id_email_key; CREATE INDEX uq_users_tenant_id_email_key ON users (tenant_id, email_key)", "index uq_users_tenant_id_email_key: should be"),
        ("CREATE INDEX extra ON users (email)", "index extra: not in the model"),
        ("ALTER TABLE refresh_tokens NO FORCE ROW LEVEL SECURITY", "row security refresh_tokens: should be forced"),
        ("DROP POLICY tenant_isolation ON users; CREATE POLICY tenant_isolation ON users USING (true)", "policy users.tenant_isolation: should be"),
        ("CREATE POLICY extra ON sessions TO app_api USING (true)", "policy sessions.extra: not in the model"),
        ("GRANT DELETE ON sessions TO app_api", "grant on sessions to app_api: should be INSERT, SELECT, UPDATE, is DELETE, INSERT, SELECT, UPDATE"),
        ("GRANT SELECT ON signing_keys TO PUBLIC", "grant on signing_keys to PUBLIC: not in the model"),
        ("GRANT UPDATE (kid) ON signing_keys TO app_worker", "grant on signing_keys.kid to app_worker: not in the model"),
        ("REVOKE SELECT ON job_runs FROM app_worker", "grant on job_runs to app_worker: should be"),
        ("GRANT CREATE ON SCHEMA public TO app_api", "grant on schema public to app_api: should be USAGE"),
        ("GRANT EXECUTE ON FUNCTION tenant_ids_after(uuid,integer) TO PUBLIC", "grant on function tenant_ids_after(uuid,integer) to PUBLIC: not in the model"),
        ("ALTER FUNCTION tenant_id_by_slug(text) RESET search_path", "function tenant_id_by_slug(text): should be"),
        ("GRANT INSERT ON audit_entries TO app_api", "grant on audit_entries to app_api: should be SELECT, is INSERT, SELECT"),
        ("GRANT UPDATE ON audit_entries_default TO app_api", "grant on audit_entries_default to app_api: not in the model"),
        ("ALTER TABLE audit_entries_default NO FORCE ROW LEVEL SECURITY", "partitions of audit_entries: should be as their table, one of them for the rest, is audit_entries_default has other row security"),
        ("ALTER FUNCTION append_audit(uuid,text,text,text,uuid,text,text,jsonb,jsonb,text,text,uuid,text) OWNER TO app_worker", "function append_audit(uuid,text,text,text,uuid,text,text,jsonb,jsonb,text,text,uuid,text): should be"),
        ("ALTER TABLE job_leases OWNER TO app_worker", "table job_leases: should be owned by app_owner"),
        ("CREATE TABLE notes (id int)", "table notes: not in the model"),
        ("CREATE VIEW everything AS SELECT * FROM contacts", "relation everything: not in the model"),
        ("CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()", "trigger users.t: not in the model"),
    ];

    [Fact]
    public async Task Validate_names_each_difference_when_the_schema_was_changed_by_hand()
    {
        var database = await Database.MigratedAsync(app);
        foreach (var (change, _) in Changes)
        {
            await database.ExecuteAsync(change);
        }

        var validate = await database.RunAsync("validate");
        validate.ExitCode.ShouldBe(ExitCode.SchemaDiffers);
        foreach (var (change, subject) in Changes)
        {
            validate.Results.ShouldContain(subject, Case.Sensitive, change);
        }
    }

    [Theory]
    [InlineData("ALTER TABLE audit_entries_default OWNER TO app_api", "audit_entries_default is owned by app_api")]
    [InlineData("ALTER TABLE audit_entries_default DISABLE ROW LEVEL SECURITY", "audit_entries_default has other row security")]
    [InlineData("CREATE POLICY wide ON audit_entries_default USING (true)", "audit_entries_default has other policies")]
    [InlineData("CREATE INDEX extra ON audit_entries_default (action)", "audit_entries_default has an index of its own or an invalid one")]
    [InlineData("ALTER TABLE audit_entries_default ADD CHECK (seq > 0)", "audit_entries_default has a constraint of its own")]
    [InlineData("ALTER TABLE audit_entries_default ALTER action SET DEFAULT 'x'", "audit_entries_default has a default of its own")]
    [InlineData("ALTER TABLE audit_entries DETACH PARTITION audit_entries_default; DROP TABLE audit_entries_default", "without one for the rest")]
    public async Task Validate_names_a_partition_that_is_not_as_its_table(string change, string difference)
    {
        var database = await Database.MigratedAsync(app);
        await database.ExecuteAsync(change);
        var validate = await database.RunAsync("validate");
        validate.ExitCode.ShouldBe(ExitCode.SchemaDiffers);
        validate.Results.ShouldContain($"partitions of audit_entries: should be as their table, one of them for the rest, is {difference}");
    }

    [Fact]
    public async Task Validate_agrees_when_further_months_have_partitions()
    {
        var database = await Database.MigratedAsync(app);
        await database.ExecuteAsync("SELECT create_audit_partition('2031-01-01'), create_audit_partition('2031-02-01')");
        var validate = await database.RunAsync("validate");
        validate.ExitCode.ShouldBe(ExitCode.Done, validate.Results);
    }

    [Fact]
    public async Task Validate_needs_no_privilege_when_a_service_asks()
    {
        var database = await Database.MigratedAsync(app);
        var api = database with { Admin = await app.Postgres.AsAsync(ResourceNames.ApiDatabase, database.Admin) };
        (await api.RunAsync("validate")).ExitCode.ShouldBe(ExitCode.Done);
    }
}
