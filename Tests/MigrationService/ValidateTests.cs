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

    [Fact]
    public async Task Validate_needs_no_privilege_when_a_service_asks()
    {
        var database = await Database.MigratedAsync(app);
        var api = database with { Admin = await app.Postgres.AsAsync(ResourceNames.ApiDatabase, database.Admin) };
        (await api.RunAsync("validate")).ExitCode.ShouldBe(ExitCode.Done);
    }
}
